package io.keymantle.files;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.random.RandomGenerator;

/// A document of tests as a tree that can be changed: lists, maps and texts.
final class Shape {
  private Shape() {}

  static Object of(Node node) {
    return switch (node) {
      case Node.Members members -> {
        Map<String, Object> map = new LinkedHashMap<>();
        members.members().forEach(member -> map.put(member.key(), of(member.value())));
        yield map;
      }
      case Node.Elements elements ->
          new ArrayList<>(elements.elements().stream().map(Shape::of).toList());
      case Node.Text text -> text.value();
      case Node.Literal literal -> Long.valueOf(literal.token());
    };
  }

  static Object copy(Object value) {
    return switch (value) {
      case Map<?, ?> map -> {
        Map<String, Object> copy = new LinkedHashMap<>();
        map.forEach((key, each) -> copy.put((String) key, copy(each)));
        yield copy;
      }
      case List<?> list -> new ArrayList<>(list.stream().map(Shape::copy).toList());
      default -> value;
    };
  }

  /// As JSON5, in a style of the generator's choice, with comments from a list.
  static String text(Object value, RandomGenerator random, List<String> comments) {
    StringBuilder out = new StringBuilder();
    write(out, value, random, comments);
    return out.append('\n').toString();
  }

  private static void write(
      StringBuilder out, Object value, RandomGenerator random, List<String> comments) {
    space(out, random, comments);
    switch (value) {
      case Map<?, ?> map -> {
        out.append('{');
        map.forEach((key, each) -> {
          space(out, random, comments);
          out.append(quoted((String) key, random)).append(random.nextBoolean() ? ":" : " : ");
          write(out, each, random, comments);
          out.append(',');
        });
        space(out, random, comments);
        out.append('}');
      }
      case List<?> list -> {
        out.append('[');
        for (Object each : list) {
          write(out, each, random, comments);
          out.append(',');
        }
        out.append(']');
      }
      case String text -> out.append(quoted(text, random));
      default -> out.append(value);
    }
  }

  private static void space(StringBuilder out, RandomGenerator random, List<String> comments) {
    switch (random.nextInt(8)) {
      case 0 -> out.append('\n');
      case 1 -> out.append("\t ");
      case 2 -> out.append("/* note */");
      case 3 -> {
        if (!comments.isEmpty()) {
          String comment = comments.removeFirst();
          out.append(random.nextBoolean() ? "/* " + comment + " */" : "// " + comment + "\n");
        }
      }
      default -> {}
    }
  }

  private static String quoted(String text, RandomGenerator random) {
    if (random.nextInt(3) == 0 && !text.isEmpty()) {
      String escaped = String.format("\\u%04x", (int) text.charAt(0)) + text.substring(1);
      return "'" + escaped + "'";
    }
    return random.nextBoolean() ? "'" + text + "'" : "\"" + text + "\"";
  }

  /// Every text by its path: elements of arrays by their id where it is unique, else by index.
  static Map<String, String> texts(Object value) {
    Map<String, String> texts = new HashMap<>();
    eachText(value, (paths, text) -> texts.put(paths.getFirst(), text));
    return texts;
  }

  /// Every text with the paths that it may be known by: elements of arrays by their id where it is
  /// unique, and by index.
  static void eachText(Object value, BiConsumer<List<String>, String> texts) {
    each(value, List.of(""), texts);
  }

  private static void each(
      Object value, List<String> paths, BiConsumer<List<String>, String> texts) {
    switch (value) {
      case Map<?, ?> map -> map.forEach((key, each) -> each(each, with(paths, "." + key), texts));
      case List<?> list -> {
        for (int i = 0; i < list.size(); i++) {
          Object id = id(list.get(i));
          boolean unique =
              id != null && list.stream().filter(other -> id.equals(id(other))).count() == 1;
          List<String> here = new ArrayList<>();
          if (unique) {
            here.addAll(with(paths, "[id " + id + "]"));
          }
          here.addAll(with(paths, "[" + i + "]"));
          each(list.get(i), here, texts);
        }
      }
      case String text -> texts.accept(paths, text);
      default -> {}
    }
  }

  private static List<String> with(List<String> paths, String step) {
    return paths.stream().map(path -> path + step).toList();
  }

  private static Object id(Object element) {
    return element instanceof Map<?, ?> map ? map.get("id") : null;
  }
}
