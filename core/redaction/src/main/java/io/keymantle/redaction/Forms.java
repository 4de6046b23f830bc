package io.keymantle.redaction;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.util.Arrays;
import java.util.function.BiConsumer;

/// All byte strings that stand for one value.
///
/// A value that ends in line breaks is also looked for without them; one that spans lines also with
/// the other kind of line break, and each line of at least [#LINE] bytes on its own (the
/// `-----BEGIN` lines of PEM are no secret and are not).
final class Forms {
  /// Shorter values are not looked for: they would mask ordinary text.
  static final int SHORTEST = 4;

  /// Shorter values are looked for as they are only, not in other encodings.
  static final int SHORTEST_ENCODED = 8;

  /// Shorter lines of a longer value are not looked for on their own.
  static final int LINE = 16;

  private Forms() {}

  /// Hands over each form, possibly some more than once; the receiver owns the arrays.
  static void each(byte[] value, BiConsumer<String, byte[]> forms) {
    one(value, forms);
    int trimmed = value.length;
    while (trimmed > 0 && (value[trimmed - 1] == '\n' || value[trimmed - 1] == '\r')) {
      trimmed--;
    }
    byte[] body = Arrays.copyOf(value, trimmed);
    if (trimmed < value.length) {
      one(body, forms);
    }
    if (contains(body, '\n') || contains(body, '\r')) {
      variant(body, "\n", forms);
      variant(body, "\r\n", forms);
      lines(body, forms);
    }
    Arrays.fill(body, (byte) 0);
  }

  private static void one(byte[] value, BiConsumer<String, byte[]> forms) {
    if (value.length >= SHORTEST_ENCODED) {
      ByteForms.each(value, forms);
      TextForms.each(value, forms);
    } else if (value.length >= SHORTEST) {
      forms.accept("raw", value.clone());
    }
  }

  private static void variant(byte[] body, String lineBreak, BiConsumer<String, byte[]> forms) {
    FormBuffer buffer = new FormBuffer(body.length + 64);
    for (int i = 0; i < body.length; i++) {
      if (body[i] == '\n') {
        buffer.ascii(lineBreak);
      } else if (body[i] != '\r' || i + 1 == body.length || body[i + 1] != '\n') {
        buffer.put(body[i]);
      }
    }
    byte[] variant = buffer.take();
    if (!Arrays.equals(variant, body)) {
      one(variant, forms);
    }
    Arrays.fill(variant, (byte) 0);
  }

  private static void lines(byte[] body, BiConsumer<String, byte[]> forms) {
    for (int start = 0, i = 0; i <= body.length; i++) {
      if (i == body.length || body[i] == '\n' || body[i] == '\r') {
        line(body, start, i, forms);
        start = i + 1;
      }
    }
  }

  private static void line(byte[] body, int from, int to, BiConsumer<String, byte[]> forms) {
    int start = from;
    int end = to;
    while (start < end && (body[start] == ' ' || body[start] == '\t')) {
      start++;
    }
    while (start < end && (body[end - 1] == ' ' || body[end - 1] == '\t')) {
      end--;
    }
    boolean boundary =
        end - start >= 5 && Arrays.equals(body, start, start + 5, "-----".getBytes(US_ASCII), 0, 5);
    if (end - start >= LINE && !boundary) {
      byte[] line = Arrays.copyOfRange(body, start, end);
      one(line, forms);
      Arrays.fill(line, (byte) 0);
    }
  }

  private static boolean contains(byte[] value, char wanted) {
    for (byte each : value) {
      if (each == wanted) {
        return true;
      }
    }
    return false;
  }
}
