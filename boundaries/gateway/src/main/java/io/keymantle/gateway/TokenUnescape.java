package io.keymantle.gateway;

import java.util.Arrays;

/// Bytes with percent-encoding and JSON escapes undone wherever they stand for a character that a
/// broker token, or a further escape, can be made of; all else is left as it is. Knows where each
/// byte came from.
final class TokenUnescape {
  private final byte[] text;
  private final int[] origins;
  private int length;
  private int openEscape;

  private TokenUnescape(byte[] bytes, int from, int to) {
    text = Arrays.copyOfRange(bytes, from, to);
    length = text.length;
    origins = new int[length + 1];
    for (int i = 0; i <= length; i++) {
      origins[i] = from + i;
    }
    openEscape = length;
  }

  static TokenUnescape of(byte[] bytes, int from, int to) {
    TokenUnescape result = new TokenUnescape(bytes, from, to);
    int rounds = 0;
    while (result.round() && rounds < TokenScanner.MAX_NESTING) {
      rounds++;
    }
    return result;
  }

  byte[] text() {
    return text;
  }

  int length() {
    return length;
  }

  /// Where the byte at an index of [#text] stood; the end for [#length].
  int origin(int index) {
    return origins[index];
  }

  /// The index of an escape at the end that further bytes may complete; [#length] if there is none.
  int openEscape() {
    return openEscape;
  }

  /// Undoes one level; false when nothing was left to undo.
  private boolean round() {
    int out = 0;
    int i = 0;
    while (i < length) {
      int size = escapeSize(text, i, length);
      text[out] = size > 1 ? (byte) decoded(text, i, size) : text[i];
      origins[out++] = origins[i];
      i += Math.max(size, 1);
    }
    origins[out] = origins[length];
    boolean changed = out != length;
    length = out;
    openEscape = length;
    for (int open; (open = cutEscape(openEscape)) >= 0; ) {
      openEscape = open;
    }
    return changed;
  }

  /// Whether the escape character at the index begins an escape that matters.
  static boolean mayHideToken(byte[] bytes, int index, int to) {
    return escapeSize(bytes, index, to) > 1;
  }

  /// Bytes of the escape at the index; 1 when none that matters begins there.
  private static int escapeSize(byte[] bytes, int index, int to) {
    int size =
        switch (bytes[index]) {
          case '%' -> 3;
          case '\\' -> 6;
          default -> 1;
        };
    if (size == 1 || index + size > to || (size == 6 && bytes[index + 1] != 'u')) {
      return 1;
    }
    for (int i = index + (size == 3 ? 1 : 2); i < index + size; i++) {
      if (Character.digit(bytes[i], 16) < 0) {
        return 1;
      }
    }
    int value = decoded(bytes, index, size);
    boolean matters =
        value == 0
            || value == '_'
            || value == '%'
            || value == '\\'
            || (value < 128 && TokenScanner.isBase62((byte) value));
    return matters ? size : 1;
  }

  private static int decoded(byte[] bytes, int index, int size) {
    int value = 0;
    for (int i = index + (size == 3 ? 1 : 2); i < index + size; i++) {
      value = value << 4 | Character.digit(bytes[i], 16);
    }
    return value;
  }

  /// Where an escape begins that reaches to `end` but not to its own end; one may hide in another.
  private int cutEscape(int end) {
    for (int back = Math.max(0, end - 5); back < end; back++) {
      if (isCutEscape(text, back, end)) {
        return back;
      }
    }
    return -1;
  }

  private static boolean isCutEscape(byte[] bytes, int index, int to) {
    int left = to - index;
    if (bytes[index] == '%') {
      return left == 1 || (left == 2 && Character.digit(bytes[index + 1], 16) >= 0);
    }
    if (bytes[index] != '\\' || left > 5) {
      return false;
    }
    for (int i = index + 2; i < to; i++) {
      if (Character.digit(bytes[i], 16) < 0) {
        return false;
      }
    }
    return left == 1 || bytes[index + 1] == 'u';
  }
}
