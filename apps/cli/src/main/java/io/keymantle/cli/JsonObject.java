package io.keymantle.cli;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// A JSON object as it was read, in its own order. A member that is missing or of another kind
/// reads as empty, so that a newer or older broker never makes a command fail.
record JsonObject(Map<String, Object> members) {
  static final JsonObject EMPTY = new JsonObject(Map.of());

  String text(String name) {
    Object value = members.get(name);
    return value instanceof JsonObject || value instanceof List || value == null
        ? ""
        : value.toString();
  }

  boolean flag(String name) {
    return Boolean.TRUE.equals(members.get(name));
  }

  long number(String name) {
    return members.get(name) instanceof Number number ? number.longValue() : 0;
  }

  /// A number as it is shown to people; 0 when there is none.
  String decimal(String name) {
    return members.get(name) instanceof Number number ? number.toString() : "0";
  }

  JsonObject object(String name) {
    return members.get(name) instanceof JsonObject object ? object : EMPTY;
  }

  /// The objects of an array.
  List<JsonObject> objects(String name) {
    return members.get(name) instanceof List<?> list
        ? list.stream().filter(JsonObject.class::isInstance).map(JsonObject.class::cast).toList()
        : List.of();
  }

  /// The texts of an array.
  List<String> texts(String name) {
    return members.get(name) instanceof List<?> list
        ? list.stream().map(String::valueOf).toList()
        : List.of();
  }

  /// The same with members set or, where a value is empty, left as they were.
  JsonObject with(Map<String, Object> changes) {
    Map<String, Object> merged = new LinkedHashMap<>(members);
    merged.putAll(changes);
    return new JsonObject(merged);
  }
}
