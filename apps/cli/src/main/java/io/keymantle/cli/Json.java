package io.keymantle.cli;

import io.keymantle.domain.ErrorCode;
import io.keymantle.domain.Problem;
import io.keymantle.domain.RefusedException;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.TokenStreamFactory;
import tools.jackson.core.json.JsonFactory;

/// Reads and writes JSON as plain trees of [JsonObject], [List], [String], [Long], [Double] and
/// [Boolean]; JSON's null reads as the text `null`'s absence.
final class Json {
  private Json() {}

  /// Reads one document.
  ///
  /// @throws RefusedException with `upstream_invalid` when it is none
  static JsonObject object(byte[] document) {
    try {
      return read(new JsonFactory(), document) instanceof JsonObject object
          ? object
          : JsonObject.EMPTY;
    } catch (JacksonException e) {
      throw RefusedException.of(
          ErrorCode.UPSTREAM_INVALID,
          "the broker's answer is not JSON",
          "use the command line and broker of one version: keymantle status");
    }
  }

  static @Nullable Object read(TokenStreamFactory factory, byte[] document) {
    try (JsonParser parser = factory.createParser(ObjectReadContext.empty(), document)) {
      JsonToken token = parser.nextToken();
      return token == null ? null : value(parser, token);
    }
  }

  private static @Nullable Object value(JsonParser parser, JsonToken token) {
    return switch (token) {
      case START_OBJECT -> {
        Map<String, Object> members = new LinkedHashMap<>();
        for (String name = parser.nextName(); name != null; name = parser.nextName()) {
          Object member = value(parser, parser.nextToken());
          if (member != null) {
            members.put(name, member);
          }
        }
        yield new JsonObject(members);
      }
      case START_ARRAY -> {
        List<Object> elements = new ArrayList<>();
        for (JsonToken next = parser.nextToken();
            next != JsonToken.END_ARRAY && next != null;
            next = parser.nextToken()) {
          Object element = value(parser, next);
          if (element != null) {
            elements.add(element);
          }
        }
        yield elements;
      }
      case VALUE_STRING -> parser.getString();
      case VALUE_NUMBER_INT -> parser.getLongValue();
      case VALUE_NUMBER_FLOAT -> parser.getDoubleValue();
      case VALUE_TRUE -> true;
      case VALUE_FALSE -> false;
      case VALUE_NULL, END_OBJECT, END_ARRAY, PROPERTY_NAME, NOT_AVAILABLE, VALUE_EMBEDDED_OBJECT ->
          null;
    };
  }

  /// Writes a tree on one line.
  static byte[] bytes(@Nullable Object tree) {
    ByteArrayOutputStream out = new ByteArrayOutputStream(512);
    try (JsonGenerator generator =
        new JsonFactory().createGenerator(ObjectWriteContext.empty(), out)) {
      write(generator, tree);
    }
    return out.toByteArray();
  }

  static String text(@Nullable Object tree) {
    return new String(bytes(tree), StandardCharsets.UTF_8);
  }

  private static void write(JsonGenerator generator, @Nullable Object tree) {
    switch (tree) {
      case null -> generator.writeNull();
      case JsonObject object -> write(generator, object.members());
      case Map<?, ?> map -> {
        generator.writeStartObject();
        map.forEach((name, value) -> {
          generator.writeName(String.valueOf(name));
          write(generator, value);
        });
        generator.writeEndObject();
      }
      case List<?> list -> {
        generator.writeStartArray();
        list.forEach(element -> write(generator, element));
        generator.writeEndArray();
      }
      case Long number -> generator.writeNumber(number);
      case Integer number -> generator.writeNumber(number);
      case Double number -> generator.writeNumber(number);
      case Boolean flag -> generator.writeBoolean(flag);
      default -> generator.writeString(tree.toString());
    }
  }

  /// A problem as on the HTTP faces.
  static String problem(Problem problem) {
    Map<String, Object> members = new LinkedHashMap<>();
    members.put("code", problem.code().text());
    problem.credential().ifPresent(name -> members.put("credential", name.value()));
    members.put("message", problem.message());
    members.put("fix", problem.fix());
    return text(members);
  }
}
