package io.keymantle.server;

import java.util.List;
import java.util.Map;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/// Writes plain trees as JSON on one line.
final class Lines {
  private Lines() {}

  static String json(Map<String, ?> members) {
    java.io.StringWriter out = new java.io.StringWriter();
    try (JsonGenerator generator =
        new JsonFactory().createGenerator(ObjectWriteContext.empty(), out)) {
      write(generator, members);
    }
    return out.toString();
  }

  private static void write(JsonGenerator generator, Object value) {
    switch (value) {
      case Map<?, ?> map -> {
        generator.writeStartObject();
        map.forEach((name, member) -> {
          generator.writeName(String.valueOf(name));
          write(generator, member);
        });
        generator.writeEndObject();
      }
      case List<?> list -> {
        generator.writeStartArray();
        list.forEach(element -> write(generator, element));
        generator.writeEndArray();
      }
      case Number number -> generator.writeNumber(number.longValue());
      case Boolean flag -> generator.writeBoolean(flag);
      default -> generator.writeString(value.toString());
    }
  }
}
