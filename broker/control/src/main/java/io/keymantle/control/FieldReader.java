package io.keymantle.control;

import io.keymantle.domain.ErrorCode;
import io.keymantle.domain.Problem;
import io.keymantle.domain.RefusedException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Supplier;

/// Reads the fields of one object: each has one type, and a key that nobody knows is refused by its
/// name. Not thread-safe.
final class FieldReader {
  private static final double LARGEST_WHOLE = 1L << 53;

  private final KeyPath path;
  private final Tree.Fields fields;

  private FieldReader(KeyPath path, Tree.Fields fields) {
    this.path = path;
    this.fields = fields;
  }

  /// @param known every key that may stand here
  /// @throws RefusedException with `invalid_configuration`
  static FieldReader of(KeyPath path, Tree tree, Set<String> known) {
    if (!(tree instanceof Tree.Fields fields)) {
      throw refused(path, tree.line(), "is an object", "write { … }");
    }
    fields
        .members()
        .forEach((key, value) -> {
          if (!known.contains(key)) {
            throw refused(
                path.member(key), value.line(), "is not known here", unknownFix(key, known));
          }
        });
    return new FieldReader(path, fields);
  }

  private static String unknownFix(String key, Set<String> known) {
    if (Set.of("value", "secret", "token", "password", "apiKey", "key").contains(key)) {
      return "a value never stands in a file: leave it out, and pass it to keymantle credential"
          + " rotate NAME on standard input";
    }
    return "the keys here are " + String.join(", ", known.stream().sorted().toList());
  }

  boolean has(String key) {
    return fields.members().containsKey(key);
  }

  String text(String key, String otherwise) {
    return switch (fields.members().get(key)) {
      case null -> otherwise;
      case Tree.Text(_, String value) -> value;
      case Tree other -> throw refused(path.member(key), other.line(), "is a string", "quote it");
    };
  }

  boolean truth(String key, boolean otherwise) {
    return switch (fields.members().get(key)) {
      case null -> otherwise;
      case Tree.Truth(_, boolean value) -> value;
      case Tree other ->
          throw refused(path.member(key), other.line(), "is true or false", "write it unquoted");
    };
  }

  long whole(String key, long otherwise, long least, long most) {
    return switch (fields.members().get(key)) {
      case null -> otherwise;
      case Tree.Numeral(int _, double value)
          when value == Math.rint(value)
              && Math.abs(value) <= LARGEST_WHOLE
              && value >= least
              && value <= most ->
          (long) value;
      case Tree other ->
          throw refused(
              path.member(key),
              other.line(),
              "is a whole number from " + least + " to " + most,
              "leave it out for the default");
    };
  }

  /// A text field in a form of its own; what its parser refuses is refused with path and line.
  <T> T parsed(String key, T otherwise, Function<String, T> parser) {
    Tree tree = fields.members().get(key);
    return tree == null
        ? otherwise
        : located(path.member(key), tree.line(), () -> parser.apply(text(key, "")));
  }

  /// A list of texts in a form of their own.
  <T> List<T> parsedList(String key, Function<String, T> parser) {
    return list(
        key,
        (itemPath, tree) -> {
          if (!(tree instanceof Tree.Text(int line, String value))) {
            throw refused(itemPath, tree.line(), "is a string", "quote it");
          }
          return located(itemPath, line, () -> parser.apply(value));
        });
  }

  /// A field that is an object, or whatever its reader takes.
  <T> T nested(String key, T otherwise, BiFunction<KeyPath, Tree, T> reader) {
    Tree tree = fields.members().get(key);
    return tree == null ? otherwise : reader.apply(path.member(key), tree);
  }

  <T> List<T> list(String key, BiFunction<KeyPath, Tree, T> parser) {
    Tree tree = fields.members().get(key);
    if (tree == null) {
      return List.of();
    }
    if (!(tree instanceof Tree.Items(int _, List<Tree> elements))) {
      throw refused(path.member(key), tree.line(), "is a list", "write [ … ]");
    }
    List<T> values = new ArrayList<>();
    for (Tree element : elements) {
      values.add(parser.apply(path.member(key).element(values.size()), element));
    }
    return values;
  }

  /// Builds a value of the whole object; what its constructor refuses is refused with path and
  /// line.
  <T> T build(Supplier<T> builder) {
    return located(path, fields.line(), builder);
  }

  RefusedException refused(String why, String fix) {
    return refused(path, fields.line(), why, fix);
  }

  private static <T> T located(KeyPath path, int line, Supplier<T> work) {
    try {
      return work.get();
    } catch (RefusedException e) {
      Problem problem = e.problem();
      if (problem.message().startsWith("line ")) {
        throw e;
      }
      throw new RefusedException(
          new Problem(
              problem.code(),
              problem.credential(),
              "line " + line + ", " + path + ": " + problem.message(),
              problem.fix()));
    }
  }

  private static RefusedException refused(KeyPath path, int line, String why, String fix) {
    return RefusedException.of(
        ErrorCode.INVALID_CONFIGURATION, "line " + line + ": " + path + " " + why, fix);
  }
}
