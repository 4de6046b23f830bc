package io.keymantle.intake;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/// Reads the variables of a dotenv file as bytes that can be zeroed.
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

  /// One assignment. Whoever has it closes it, which zeroes the value.
  public static final class Variable implements AutoCloseable {
    private final String name;
    private final byte[] value;

    Variable(String name, byte[] value) {
      this.name = name;
      this.value = value;
    }

    public String name() {
      return name;
    }

    /// Owned by this.
    public byte[] value() {
      return value;
    }

    @Override
    public void close() {
      Arrays.fill(value, (byte) 0);
    }

    @Override
    public String toString() {
      return "[variable " + name + "]";
    }
  }

  public static boolean isName(String text) {
    return NAME.matcher(text).matches();
  }

  /// The variable's bytes, which the caller zeroes; empty when the file does not set it.
  ///
  /// @throws MalformedDotenvException when the file does not follow the grammar
  public static Optional<byte[]> find(byte[] content, String name) throws MalformedDotenvException {
    Dotenv file = new Dotenv(content);
    byte[] found = null;
    for (Optional<Variable> each = file.next(); each.isPresent(); each = file.next()) {
      byte[] value = each.get().value();
      if (!each.get().name().equals(name)) {
        Arrays.fill(value, (byte) 0);
      } else if (found == null) {
        found = value;
      } else {
        Arrays.fill(found, (byte) 0);
        Arrays.fill(value, (byte) 0);
        throw new MalformedDotenvException("sets the variable twice");
      }
    }
    return Optional.ofNullable(found);
  }

  /// All variables in the order of the file. The caller closes them.
  ///
  /// @throws MalformedDotenvException when the file does not follow the grammar, or sets a variable
  ///   twice
  public static List<Variable> all(byte[] content) throws MalformedDotenvException {
    Dotenv file = new Dotenv(content);
    List<Variable> all = new ArrayList<>();
    Set<String> names = new HashSet<>();
    try {
      for (Optional<Variable> each = file.next(); each.isPresent(); each = file.next()) {
        all.add(each.get());
        String name = each.get().name();
        if (!isName(name)) {
          throw new MalformedDotenvException("has a line that sets no variable: it has = in it");
        }
        if (!names.add(name)) {
          throw new MalformedDotenvException("sets " + name + " twice");
        }
      }
      return all;
    } catch (MalformedDotenvException e) {
      all.forEach(Variable::close);
      throw e;
    }
  }

  private Optional<Variable> next() throws MalformedDotenvException {
    while (at < content.length) {
      skipBlanks();
      int start = at;
      if (skipToValue()) {
        String name = new String(content, start, at - 1 - start, StandardCharsets.UTF_8).strip();
        return Optional.of(new Variable(name, value()));
      }
    }
    return Optional.empty();
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

  /// Moves behind the `=` of a variable; false when the line has none, and is passed over.
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

  private byte[] value() throws MalformedDotenvException {
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

  private byte[] quoted(byte quote) throws MalformedDotenvException {
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
      throw new MalformedDotenvException("has a quote that does not end");
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
