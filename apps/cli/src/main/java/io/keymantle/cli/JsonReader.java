package io.keymantle.cli;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Reads the JSON (RFC 8259) of the broker's answers.
///
/// Written by hand because of what a library costs a command that runs for 100 ms: Jackson's parser
/// alone starts `BigDecimal`, for a quarter of the time that starting a JVM takes.
final class JsonReader {
  private static final int DEEPEST = 64;

  private final String text;
  private int position;

  private JsonReader(String text) {
    this.text = text;
  }

  /// The one value of a document; JSON's null, and members and elements that are null, read as
  /// nothing.
  ///
  /// @throws IllegalArgumentException when it is not JSON
  static @Nullable Object read(byte[] document) {
    JsonReader reader = new JsonReader(new String(document, StandardCharsets.UTF_8));
    Object value = reader.value(0);
    reader.skipSpace();
    if (reader.position < reader.text.length()) {
      throw reader.wrong();
    }
    return value;
  }

  private @Nullable Object value(int depth) {
    skipSpace();
    if (depth > DEEPEST) {
      throw wrong();
    }
    return switch (peek()) {
      case '{' -> object(depth);
      case '[' -> array(depth);
      case '"' -> string();
      case 't' -> word("true", true);
      case 'f' -> word("false", false);
      case 'n' -> word("null", null);
      default -> number();
    };
  }

  private JsonObject object(int depth) {
    Map<String, Object> members = new LinkedHashMap<>();
    position++;
    skipSpace();
    if (takeIf('}')) {
      return new JsonObject(members);
    }
    do {
      skipSpace();
      String name = string();
      skipSpace();
      take(':');
      Object member = value(depth + 1);
      if (member != null) {
        members.put(name, member);
      }
      skipSpace();
    } while (takeIf(','));
    take('}');
    return new JsonObject(members);
  }

  private List<Object> array(int depth) {
    List<Object> elements = new ArrayList<>();
    position++;
    skipSpace();
    if (takeIf(']')) {
      return elements;
    }
    do {
      Object element = value(depth + 1);
      if (element != null) {
        elements.add(element);
      }
      skipSpace();
    } while (takeIf(','));
    take(']');
    return elements;
  }

  private String string() {
    take('"');
    int start = position;
    while (peek() != '"' && peek() != '\\') {
      position++;
    }
    if (peek() == '"') {
      return text.substring(start, position++);
    }
    StringBuilder string = new StringBuilder(text.substring(start, position));
    while (true) {
      char c = peek();
      position++;
      if (c == '"') {
        return string.toString();
      }
      string.append(c == '\\' ? escape() : c);
    }
  }

  private char escape() {
    char c = peek();
    position++;
    return switch (c) {
      case '"', '\\', '/' -> c;
      case 'b' -> '\b';
      case 'f' -> '\f';
      case 'n' -> '\n';
      case 'r' -> '\r';
      case 't' -> '\t';
      case 'u' -> {
        if (position + 4 > text.length()) {
          throw wrong();
        }
        position += 4;
        yield (char) Integer.parseInt(text, position - 4, position, 16);
      }
      default -> throw wrong();
    };
  }

  private Number number() {
    int start = position;
    boolean whole = true;
    while (position < text.length() && "+-.0123456789eE".indexOf(text.charAt(position)) >= 0) {
      whole &= "+.eE".indexOf(text.charAt(position)) < 0;
      position++;
    }
    String number = text.substring(start, position);
    // Two calls rather than one with ?:, which would turn the whole number into a fraction.
    if (whole) {
      return Long.valueOf(number);
    }
    return Double.valueOf(number);
  }

  private @Nullable Object word(String word, @Nullable Object meaning) {
    if (!text.startsWith(word, position)) {
      throw wrong();
    }
    position += word.length();
    return meaning;
  }

  private void skipSpace() {
    while (position < text.length() && " \t\r\n".indexOf(text.charAt(position)) >= 0) {
      position++;
    }
  }

  private char peek() {
    if (position >= text.length()) {
      throw wrong();
    }
    return text.charAt(position);
  }

  private boolean takeIf(char c) {
    if (position < text.length() && text.charAt(position) == c) {
      position++;
      return true;
    }
    return false;
  }

  private void take(char c) {
    if (!takeIf(c)) {
      throw wrong();
    }
  }

  private IllegalArgumentException wrong() {
    return new IllegalArgumentException("not JSON at character " + position);
  }
}
