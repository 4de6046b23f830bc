package io.keymantle.files;

import io.keymantle.domain.ErrorCode;
import io.keymantle.domain.RefusedException;
import io.keymantle.json5.Json5Scanner;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// The whole text of an openclaw.json (JSON5), with its values and comments and where they stand.
/// Nothing of the text is lost or normalised.
///
/// Guarantees: a refusal is `invalid_configuration` with the line and shows no text of the file.
record ConfigurationText(String text, Node root, List<Comment> comments) {
  /// Characters of a file.
  static final int LONGEST = 1 << 20;

  /// Objects and arrays within one another.
  static final int DEEPEST = 64;

  /// Characters of a key.
  static final int LONGEST_KEY = 256;

  /// What stands within a comment, without its marks.
  record Comment(int start, int end) {}

  /// @throws RefusedException with `invalid_configuration` when it is not JSON5, has a key twice,
  ///   or is too long or too deep
  static ConfigurationText parse(String text) {
    if (text.length() > LONGEST) {
      throw RefusedException.of(
          ErrorCode.INVALID_CONFIGURATION,
          "the file is longer than " + LONGEST + " characters",
          "move parts of it into files of their own with $include");
    }
    return new Reader(text).read();
  }

  String slice(int start, int end) {
    return text.substring(start, end);
  }

  /// Hides the text.
  @Override
  public String toString() {
    return "[configuration text]";
  }

  private static final class Reader {
    private final String text;
    private final Json5Scanner scanner;
    private final List<Comment> comments = new ArrayList<>();

    Reader(String text) {
      this.text = text;
      this.scanner = new Json5Scanner(text);
    }

    ConfigurationText read() {
      Node root = value(0);
      skipSpace();
      if (!scanner.atEnd()) {
        throw scanner.refused("something follows the end of the value");
      }
      return new ConfigurationText(text, root, List.copyOf(comments));
    }

    private void skipSpace() {
      int from = scanner.position();
      scanner.skipSpace();
      addComments(from, scanner.position());
    }

    /// Notes the comments of a stretch that is nothing but white space and whole comments.
    private void addComments(int from, int to) {
      for (int at = from; at < to; at++) {
        if (text.charAt(at) != '/') {
          continue;
        }
        boolean line = text.charAt(at + 1) == '/';
        int start = at + 2;
        int end = line ? endOfLine(start, to) : text.indexOf("*/", start);
        comments.add(new Comment(start, end));
        at = line ? end - 1 : end + 1;
      }
    }

    private int endOfLine(int from, int to) {
      int end = from;
      while (end < to && "\n\r\u2028\u2029".indexOf(text.charAt(end)) < 0) {
        end++;
      }
      return end;
    }

    private Node value(int depth) {
      skipSpace();
      if (depth > DEEPEST) {
        throw scanner.refused("there are more than " + DEEPEST + " levels");
      }
      int start = scanner.position();
      return switch (scanner.peek()) {
        case '{' -> members(start, depth);
        case '[' -> elements(start, depth);
        case '"', '\'' -> {
          String value = scanner.string();
          yield new Node.Text(start, scanner.position(), value);
        }
        case 't', 'f', 'n' -> word(start);
        default -> {
          scanner.number();
          yield literal(start);
        }
      };
    }

    private Node word(int start) {
      String word = scanner.identifier();
      if (!Set.of("true", "false", "null").contains(word)) {
        throw scanner.refused("this is not a value");
      }
      return new Node.Literal(start, scanner.position(), word);
    }

    private Node literal(int start) {
      return new Node.Literal(start, scanner.position(), text.substring(start, scanner.position()));
    }

    private Node members(int start, int depth) {
      scanner.take();
      List<Node.Member> members = new ArrayList<>();
      Set<String> keys = new HashSet<>();
      while (true) {
        skipSpace();
        if (scanner.takeIf('}')) {
          return new Node.Members(start, scanner.position(), List.copyOf(members));
        }
        int keyStart = scanner.position();
        char next = scanner.peek();
        String key = next == '"' || next == '\'' ? scanner.string() : scanner.identifier();
        int keyEnd = scanner.position();
        if (key.length() > LONGEST_KEY) {
          throw scanner.refused("a key is longer than " + LONGEST_KEY + " characters");
        }
        if (!keys.add(key)) {
          throw scanner.refused("a key stands twice in one object");
        }
        skipSpace();
        if (!scanner.takeIf(':')) {
          throw scanner.refused("':' is missing after a key");
        }
        members.add(new Node.Member(keyStart, keyEnd, key, value(depth + 1)));
        skipSpace();
        if (!scanner.takeIf(',') && scanner.peek() != '}') {
          throw scanner.refused("',' or '}' is missing");
        }
      }
    }

    private Node elements(int start, int depth) {
      scanner.take();
      List<Node> elements = new ArrayList<>();
      while (true) {
        skipSpace();
        if (scanner.takeIf(']')) {
          return new Node.Elements(start, scanner.position(), List.copyOf(elements));
        }
        elements.add(value(depth + 1));
        skipSpace();
        if (!scanner.takeIf(',') && scanner.peek() != ']') {
          throw scanner.refused("',' or ']' is missing");
        }
      }
    }
  }
}
