package io.keymantle.source.local;

import io.keymantle.source.http.MalformedContentException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import java.util.regex.Pattern;

/// Finds one variable in a dotenv file and gives its bytes.
///
/// A line is `NAME=value` or `export NAME=value`; `#` starts a comment at the start of a line or
/// after a space. A value in single quotes is taken as it is, one in double quotes with the escapes
/// `\n \r \t \" \\ \$`; both may span lines. Nothing is expanded. A name that is set twice is
/// refused, since readers differ on which one counts.
public final class Dotenv {
  private static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_.-]{0,254}");

  private final byte[] content;
  private int at;

  private Dotenv(byte[] content) {
    this.content = content;
  }

  static boolean isName(String text) {
    return NAME.matcher(text).matches();
  }

  /// The variable's bytes, which the caller zeroes; empty when the file does not set it.
  ///
  /// @throws MalformedContentException when the file does not follow the grammar
  public static Optional<byte[]> find(byte[] content, String name)
      throws MalformedContentException {
    return new Dotenv(content).find(name.getBytes(StandardCharsets.US_ASCII));
  }

  private Optional<byte[]> find(byte[] name) throws MalformedContentException {
    byte[] found = null;
    while (at < content.length) {
      skipBlanks();
      boolean wanted = startsAssignment(name);
      if (!wanted && !skipToValue()) {
        continue;
      }
      byte[] value = value();
      if (!wanted) {
        Arrays.fill(value, (byte) 0);
      } else if (found == null) {
        found = value;
      } else {
        Arrays.fill(found, (byte) 0);
        Arrays.fill(value, (byte) 0);
        throw new MalformedContentException("sets the variable twice");
      }
    }
    return Optional.ofNullable(found);
  }

  private void skipBlanks() {
    while (at < content.length && Character.isWhitespace(content[at])) {
      at++;
    }
    byte[] export = {'e', 'x', 'p', 'o', 'r', 't', ' '};
    if (matches(export, at)) {
      at += export.length;
      skipSpaces();
    }
  }

  private void skipSpaces() {
    while (at < content.length && (content[at] == ' ' || content[at] == '\t')) {
      at++;
    }
  }

  private boolean startsAssignment(byte[] name) {
    if (!matches(name, at)) {
      return false;
    }
    int next = at + name.length;
    while (next < content.length && (content[next] == ' ' || content[next] == '\t')) {
      next++;
    }
    if (next == content.length || content[next] != '=') {
      return false;
    }
    at = next + 1;
    return true;
  }

  /// Moves behind the `=` of some other variable; false when the line has none, and is passed over.
  private boolean skipToValue() {
    boolean comment = at < content.length && content[at] == '#';
    while (at < content.length && content[at] != '\n') {
      if (content[at++] == '=' && !comment) {
        return true;
      }
    }
    return false;
  }

  private boolean matches(byte[] text, int start) {
    return start + text.length <= content.length
        && Arrays.equals(content, start, start + text.length, text, 0, text.length);
  }

  private byte[] value() throws MalformedContentException {
    skipSpaces();
    if (at < content.length && (content[at] == '"' || content[at] == '\'')) {
      return quoted(content[at++]);
    }
    int start = at;
    int end = at;
    while (at < content.length && content[at] != '\n') {
      boolean space = content[at] == ' ' || content[at] == '\t' || content[at] == '\r';
      if (content[at] == '#' && (at == start || isSpace(content[at - 1]))) {
        skipLine();
        break;
      }
      at++;
      end = space ? end : at;
    }
    return Arrays.copyOfRange(content, start, end);
  }

  private static boolean isSpace(byte b) {
    return b == ' ' || b == '\t';
  }

  private byte[] quoted(byte quote) throws MalformedContentException {
    byte[] value = new byte[content.length - at];
    int length = 0;
    while (at < content.length && content[at] != quote) {
      if (quote == '"' && content[at] == '\\' && at + 1 < content.length) {
        at++;
        value[length++] =
            switch (content[at]) {
              case 'n' -> '\n';
              case 'r' -> '\r';
              case 't' -> '\t';
              default -> content[at];
            };
      } else {
        value[length++] = content[at];
      }
      at++;
    }
    byte[] exact = Arrays.copyOf(value, length);
    Arrays.fill(value, (byte) 0);
    if (at == content.length) {
      Arrays.fill(exact, (byte) 0);
      throw new MalformedContentException("has a quote that does not end");
    }
    skipLine();
    return exact;
  }

  private void skipLine() {
    while (at < content.length && content[at] != '\n') {
      at++;
    }
  }
}
