package io.keymantle.api;

import io.keymantle.domain.ErrorCode;
import io.keymantle.domain.RefusedException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;

/// The JSON object of a request, read strictly: UTF-8, one object and nothing after it, no member
/// twice or unknown, at most 16 levels.
final class JsonBody {
  /// Bytes of a body; an exec call with its standard input is the largest.
  static final int LIMIT = 2 << 20;

  private static final int LEVELS = 16;
  private static final JsonFactory FACTORY =
      JsonFactory.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(LEVELS)
                  .maxStringLength(LIMIT)
                  .maxNumberLength(32)
                  .build())
          .build();

  private final Map<String, Object> members;

  private JsonBody(Map<String, Object> members) {
    this.members = members;
  }

  /// Reads the whole body; an empty one is an object without members.
  ///
  /// @param known the members that may stand here
  /// @throws RefusedException with `invalid_request` or `body_too_large`
  static JsonBody read(ApiRequest request, String... known) throws IOException {
    Map<String, Object> members = members(text(request.body(), LIMIT));
    for (String name : members.keySet()) {
      if (!Set.of(known).contains(name)) {
        throw invalid(
            "the member \"" + printable(name) + "\" is not known here",
            known.length == 0 ? "leave it out" : "the members are " + String.join(", ", known));
      }
    }
    return new JsonBody(members);
  }

  /// The whole body as text.
  ///
  /// @throws RefusedException with `body_too_large`, or `invalid_request` when it is not UTF-8
  static String text(InputStream body, int limit) throws IOException {
    byte[] bytes = body.readNBytes(limit + 1);
    if (bytes.length > limit) {
      throw RefusedException.of(
          ErrorCode.BODY_TOO_LARGE, "the body is over " + limit + " bytes", "send less");
    }
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      throw invalid("the body is not UTF-8", "send JSON as UTF-8");
    }
  }

  /// The members of an object.
  ///
  /// @throws RefusedException with `invalid_request`
  static Map<String, Object> members(String text) {
    if (text.isBlank()) {
      return Map.of();
    }
    try (JsonParser parser = FACTORY.createParser(ObjectReadContext.empty(), text)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        throw invalid("the body is not a JSON object", "send an object");
      }
      Map<String, Object> members = object(parser);
      if (parser.nextToken() != null) {
        throw invalid("something follows the JSON object", "send one object");
      }
      return members;
    } catch (JacksonException e) {
      throw invalid("the body is not valid JSON", "send JSON with each member once");
    }
  }

  private static Map<String, Object> object(JsonParser parser) {
    Map<String, Object> members = new LinkedHashMap<>();
    for (String name = parser.nextName(); name != null; name = parser.nextName()) {
      members.put(name, value(parser, parser.nextToken()));
    }
    if (parser.currentToken() != JsonToken.END_OBJECT) {
      throw invalid("the body ends within an object", "close it");
    }
    return members;
  }

  private static Object value(JsonParser parser, @Nullable JsonToken token) {
    return switch (token) {
      case null -> throw invalid("the body ends within a value", "send all of it");
      case START_OBJECT -> object(parser);
      case START_ARRAY -> {
        List<Object> elements = new ArrayList<>();
        for (JsonToken next = parser.nextToken();
            next != JsonToken.END_ARRAY;
            next = parser.nextToken()) {
          elements.add(value(parser, next));
        }
        yield elements;
      }
      case VALUE_STRING -> parser.getString();
      case VALUE_NUMBER_INT -> parser.getLongValue();
      case VALUE_TRUE -> true;
      case VALUE_FALSE -> false;
      case VALUE_NUMBER_FLOAT,
          VALUE_NULL,
          END_OBJECT,
          END_ARRAY,
          PROPERTY_NAME,
          NOT_AVAILABLE,
          VALUE_EMBEDDED_OBJECT ->
          throw invalid("a value is null or a fraction, which nothing here takes", "leave it out");
    };
  }

  boolean has(String name) {
    return members.containsKey(name);
  }

  /// @throws RefusedException with `invalid_request` when it is missing
  String required(String name) {
    if (!has(name)) {
      throw invalid("the member \"" + name + "\" is missing", "add it");
    }
    return text(name);
  }

  /// Empty when it is missing.
  String text(String name) {
    Object value = members.getOrDefault(name, "");
    if (value instanceof String text) {
      return text;
    }
    throw invalid("the member \"" + name + "\" is not a string", "quote it");
  }

  /// False when it is missing.
  boolean flag(String name) {
    if (members.getOrDefault(name, false) instanceof Boolean flag) {
      return flag;
    }
    throw invalid("the member \"" + name + "\" is neither true nor false", "unquote it");
  }

  /// A whole number that is not negative.
  long number(String name, long otherwise) {
    if (members.getOrDefault(name, otherwise) instanceof Long number && number >= 0) {
      return number;
    }
    throw invalid("the member \"" + name + "\" is not a whole number", "unquote it");
  }

  /// Empty when it is missing.
  List<String> texts(String name) {
    Object value = members.getOrDefault(name, List.of());
    if (value instanceof List<?> list && list.stream().allMatch(String.class::isInstance)) {
      return list.stream().map(String.class::cast).toList();
    }
    throw invalid("the member \"" + name + "\" is not a list of strings", "write [\"…\"]");
  }

  /// A member that is an object of strings; empty when it is missing.
  Map<String, String> textMap(String name) {
    Map<String, String> texts = new LinkedHashMap<>();
    if (members.getOrDefault(name, Map.of()) instanceof Map<?, ?> map) {
      map.forEach((key, value) -> {
        if (!(value instanceof String text)) {
          throw invalid("\"" + name + "\" has a member that is not a string", "quote it");
        }
        texts.put(String.valueOf(key), text);
      });
      return texts;
    }
    throw invalid("the member \"" + name + "\" is not an object", "write {…}");
  }

  /// A member that is an object with known members; empty when it is missing.
  JsonBody object(String name, String... known) {
    if (!(members.getOrDefault(name, Map.of()) instanceof Map<?, ?> map)) {
      throw invalid("the member \"" + name + "\" is not an object", "write {…}");
    }
    Map<String, Object> inner = new LinkedHashMap<>();
    map.forEach((key, value) -> {
      if (!Set.of(known).contains(String.valueOf(key))) {
        throw invalid(
            "the member \"" + printable(String.valueOf(key)) + "\" is not known here",
            "the members are " + String.join(", ", known));
      }
      if (value != null) {
        inner.put(String.valueOf(key), value);
      }
    });
    return new JsonBody(inner);
  }

  /// A member that is an object, as JSON; an empty object when it is missing.
  String json(String name) {
    if (!(members.getOrDefault(name, Map.of()) instanceof Map<?, ?> map)) {
      throw invalid("the member \"" + name + "\" is not an object", "write {…}");
    }
    Map<String, Object> inner = new LinkedHashMap<>();
    map.forEach((key, value) -> inner.put(String.valueOf(key), value));
    return JsonText.of(inner);
  }

  private static String printable(String name) {
    String plain = name.replaceAll("[^ -~]", "?");
    return plain.length() > 64 ? plain.substring(0, 64) + "…" : plain;
  }

  static RefusedException invalid(String message, String fix) {
    return RefusedException.of(ErrorCode.INVALID_REQUEST, message, fix);
  }
}
