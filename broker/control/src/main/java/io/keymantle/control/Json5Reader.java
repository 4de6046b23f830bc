package io.keymantle.control;

import io.keymantle.domain.ErrorCode;
import io.keymantle.domain.RefusedException;
import io.keymantle.json5.Json5Scanner;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Reads JSON5 (spec.json5.org, 1.0.0), of which JSON is a part. Strict: one value and nothing
/// after it, no key twice, at most 4 Mi characters and 64 levels.
///
/// Guarantees: every refusal is `invalid_configuration` with the line; its message holds no text of
/// the input but the name of a key that stands twice.
final class Json5Reader {
  static final int LONGEST = 4 << 20;
  static final int DEEPEST = 64;

  private final Json5Scanner scanner;

  private Json5Reader(String text) {
    this.scanner = new Json5Scanner(text);
  }

  static Tree read(String text) {
    if (text.length() > LONGEST) {
      throw RefusedException.of(
          ErrorCode.INVALID_CONFIGURATION,
          "the text is longer than " + LONGEST + " characters",
          "pass the file that holds the credentials object only");
    }
    Json5Reader reader = new Json5Reader(text);
    Tree value = reader.value(0);
    reader.scanner.skipSpace();
    if (!reader.scanner.atEnd()) {
      throw reader.scanner.refused("something follows the end of the value");
    }
    return value;
  }

  private Tree value(int depth) {
    scanner.skipSpace();
    int line = scanner.line();
    if (depth > DEEPEST) {
      throw scanner.refused("there are more than " + DEEPEST + " levels");
    }
    return switch (scanner.peek()) {
      case '{' -> fields(line, depth);
      case '[' -> items(line, depth);
      case '"', '\'' -> new Tree.Text(line, scanner.string());
      case 't', 'f', 'n' -> word(line);
      default -> new Tree.Numeral(line, scanner.number());
    };
  }

  private Tree word(int line) {
    return switch (scanner.identifier()) {
      case "true" -> new Tree.Truth(line, true);
      case "false" -> new Tree.Truth(line, false);
      case "null" -> new Tree.Nothing(line);
      default -> throw scanner.refused("this is not a value");
    };
  }

  private Tree fields(int line, int depth) {
    scanner.take();
    Map<String, Tree> members = new LinkedHashMap<>();
    while (true) {
      scanner.skipSpace();
      if (scanner.takeIf('}')) {
        return new Tree.Fields(line, members);
      }
      char next = scanner.peek();
      String key = next == '"' || next == '\'' ? scanner.string() : scanner.identifier();
      scanner.skipSpace();
      if (!scanner.takeIf(':')) {
        throw scanner.refused("':' is missing after a key");
      }
      if (members.containsKey(key)) {
        throw scanner.refused("key \"" + KeyPath.printable(key) + "\" stands twice");
      }
      members.put(key, value(depth + 1));
      scanner.skipSpace();
      if (!scanner.takeIf(',') && scanner.peek() != '}') {
        throw scanner.refused("',' or '}' is missing");
      }
    }
  }

  private Tree items(int line, int depth) {
    scanner.take();
    List<Tree> elements = new ArrayList<>();
    while (true) {
      scanner.skipSpace();
      if (scanner.takeIf(']')) {
        return new Tree.Items(line, elements);
      }
      elements.add(value(depth + 1));
      scanner.skipSpace();
      if (!scanner.takeIf(',') && scanner.peek() != ']') {
        throw scanner.refused("',' or ']' is missing");
      }
    }
  }
}
