package io.keymantle.json5;

import io.keymantle.domain.ErrorCode;
import io.keymantle.domain.RefusedException;

/// The tokens of JSON5 (spec.json5.org, 1.0.0): white space and comments, strings, identifiers,
/// numbers. What they may follow one another in is the reader's to say. Not thread-safe.
///
/// Guarantees: every refusal is `invalid_configuration` with the line; its message holds no text of
/// the input, which may hold secrets.
public final class Json5Scanner {
  private static final char END = '\uffff';

  private final String text;
  private int at;
  private int line = 1;

  public Json5Scanner(String text) {
    this.text = text;
  }

  /// The line of the next character, 1 at first.
  public int line() {
    return line;
  }

  /// The index of the next character in the text.
  public int position() {
    return at;
  }

  public boolean atEnd() {
    return at >= text.length();
  }

  /// The next character, or U+FFFF at the end.
  public char peek() {
    return atEnd() ? END : text.charAt(at);
  }

  /// @throws RefusedException when nothing is left
  public char take() {
    if (atEnd()) {
      throw refused("the text ends too early");
    }
    char c = text.charAt(at++);
    if (c == '\n' || (c == '\r' && peek() != '\n') || c == '\u2028' || c == '\u2029') {
      line++;
    }
    return c;
  }

  public boolean takeIf(char wanted) {
    if (atEnd() || peek() != wanted) {
      return false;
    }
    take();
    return true;
  }

  /// Skips white space and comments.
  public void skipSpace() {
    while (!atEnd()) {
      char c = peek();
      if (isSpace(c)) {
        take();
      } else if (c == '/') {
        comment();
      } else {
        return;
      }
    }
  }

  private void comment() {
    take();
    if (takeIf('/')) {
      while (!atEnd() && !isLineEnd(peek())) {
        take();
      }
      return;
    }
    if (!takeIf('*')) {
      throw refused("'/' starts no comment");
    }
    char before = 0;
    while (true) {
      char c = take();
      if (before == '*' && c == '/') {
        return;
      }
      before = c;
    }
  }

  /// A string in its quotes; the next character is one.
  public String string() {
    char quote = take();
    StringBuilder value = new StringBuilder();
    while (true) {
      char c = peek();
      if (c == '\n' || c == '\r') {
        throw refused("a string is not ended on its line");
      }
      take();
      if (c == quote) {
        return paired(value.toString());
      }
      if (c == '\\') {
        escape(value);
      } else {
        value.append(c);
      }
    }
  }

  /// Half a character has no bytes in UTF-8: it could not be stored or compared.
  private String paired(String value) {
    if (value.codePoints().anyMatch(c -> c >= 0xd800 && c <= 0xdfff)) {
      throw refused("a string holds half a character (an unpaired surrogate)");
    }
    return value;
  }

  private void escape(StringBuilder value) {
    char c = take();
    switch (c) {
      case 'b' -> value.append('\b');
      case 'f' -> value.append('\f');
      case 'n' -> value.append('\n');
      case 'r' -> value.append('\r');
      case 't' -> value.append('\t');
      case 'v' -> value.append('\u000b');
      case 'x' -> value.append(hex(2));
      case 'u' -> value.append(hex(4));
      case '\n', '\u2028', '\u2029' -> {}
      case '\r' -> takeIf('\n');
      case '0' -> {
        if (isDigit(peek())) {
          throw refused("an octal escape is not JSON5");
        }
        value.append('\0');
      }
      case '1', '2', '3', '4', '5', '6', '7', '8', '9' ->
          throw refused("an octal escape is not JSON5");
      default -> value.append(c);
    }
  }

  private char hex(int digits) {
    int code = 0;
    for (int i = 0; i < digits; i++) {
      int digit = hexDigit(take());
      if (digit < 0) {
        throw refused("an escape has " + digits + " hexadecimal digits");
      }
      code = code << 4 | digit;
    }
    return (char) code;
  }

  /// An ECMAScript 5.1 IdentifierName: an unquoted key, or a word such as `true`.
  public String identifier() {
    StringBuilder name = new StringBuilder();
    while (true) {
      boolean escaped = peek() == '\\';
      if (!escaped && !isPart(peek(), name.isEmpty())) {
        break;
      }
      char c = take();
      if (escaped) {
        if (take() != 'u') {
          throw refused("a key has an escape other than \\u");
        }
        c = hex(4);
        if (!isPart(c, name.isEmpty())) {
          throw refused("a key is not valid");
        }
      }
      name.append(c);
    }
    if (name.isEmpty()) {
      throw refused(atEnd() ? "the text ends too early" : "a key or value is expected");
    }
    return name.toString();
  }

  public double number() {
    boolean negative = peek() == '-';
    if (negative || peek() == '+') {
      take();
    }
    double magnitude = magnitude();
    if (isPart(peek(), false) || peek() == '\\') {
      throw refused("this is not a number");
    }
    return negative ? -magnitude : magnitude;
  }

  private double magnitude() {
    if (peek() == 'I' || peek() == 'N') {
      return switch (identifier()) {
        case "Infinity" -> Double.POSITIVE_INFINITY;
        case "NaN" -> Double.NaN;
        default -> throw refused("this is not a value");
      };
    }
    int start = at;
    if (takeIf('0')) {
      if (peek() == 'x' || peek() == 'X') {
        take();
        return hexadecimal();
      }
      if (isDigit(peek())) {
        throw refused("a number does not start with 0");
      }
    }
    boolean any = digits() || at > start;
    if (takeIf('.')) {
      any |= digits();
    }
    if (!any) {
      throw refused(atEnd() ? "the text ends too early" : "a key or value is expected");
    }
    if (peek() == 'e' || peek() == 'E') {
      take();
      if (peek() == '+' || peek() == '-') {
        take();
      }
      if (!digits()) {
        throw refused("an exponent has no digits");
      }
    }
    return Double.parseDouble(text.substring(start, at));
  }

  private double hexadecimal() {
    double value = 0;
    int start = at;
    while (hexDigit(peek()) >= 0) {
      value = value * 16 + hexDigit(take());
    }
    if (at == start) {
      throw refused("a hexadecimal number has no digits");
    }
    return value;
  }

  private boolean digits() {
    int start = at;
    while (isDigit(peek())) {
      take();
    }
    return at > start;
  }

  /// `line N: why`.
  public RefusedException refused(String why) {
    return RefusedException.of(
        ErrorCode.INVALID_CONFIGURATION,
        "line " + line + ": " + why,
        "mend the file; it is JSON5, as in openclaw.json");
  }

  private static int hexDigit(char c) {
    return c < 0x80 ? Character.digit(c, 16) : -1;
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }

  private static boolean isLineEnd(char c) {
    return c == '\n' || c == '\r' || c == '\u2028' || c == '\u2029';
  }

  private static boolean isSpace(char c) {
    return c == ' '
        || c == '\t'
        || c == '\u000b'
        || c == '\f'
        || c == '\u00a0'
        || c == '\ufeff'
        || isLineEnd(c)
        || Character.getType(c) == Character.SPACE_SEPARATOR;
  }

  /// ECMAScript 5.1 IdentifierName.
  private static boolean isPart(char c, boolean first) {
    if (c == '$' || c == '_') {
      return true;
    }
    return switch ((byte) Character.getType(c)) {
      case Character.UPPERCASE_LETTER,
          Character.LOWERCASE_LETTER,
          Character.TITLECASE_LETTER,
          Character.MODIFIER_LETTER,
          Character.OTHER_LETTER,
          Character.LETTER_NUMBER ->
          true;
      case Character.NON_SPACING_MARK,
          Character.COMBINING_SPACING_MARK,
          Character.DECIMAL_DIGIT_NUMBER,
          Character.CONNECTOR_PUNCTUATION ->
          !first;
      default -> !first && (c == '\u200c' || c == '\u200d');
    };
  }
}
