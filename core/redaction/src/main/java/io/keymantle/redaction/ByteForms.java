package io.keymantle.redaction;

import java.util.Arrays;
import java.util.Base64;
import java.util.function.BiConsumer;

/// The encodings that see a value as bytes: hex, base64, reversed.
final class ByteForms {
  private static final int[] LINE_LENGTHS = {64, 76};

  private ByteForms() {}

  static void each(byte[] value, BiConsumer<String, byte[]> forms) {
    forms.accept("raw", value.clone());
    hex(value, forms);
    for (int alignment = 0; alignment < 3; alignment++) {
      base64(value, alignment, Base64.getEncoder(), "base64", forms);
      base64(value, alignment, Base64.getUrlEncoder(), "base64url", forms);
    }
    wrapped(value, forms);
    byte[] reversed = new byte[value.length];
    for (int i = 0; i < value.length; i++) {
      reversed[i] = value[value.length - 1 - i];
    }
    forms.accept("reversed", reversed);
  }

  private static void hex(byte[] value, BiConsumer<String, byte[]> forms) {
    FormBuffer buffer = new FormBuffer(2 * value.length);
    for (byte each : value) {
      buffer.hex(each, 2);
    }
    forms.accept("hex", buffer.take());
  }

  /// The characters that the value alone determines when `alignment` bytes stand before it in its
  /// group of three; and the same with the last, partly determined character when nothing follows.
  private static void base64(
      byte[] value,
      int alignment,
      Base64.Encoder encoder,
      String name,
      BiConsumer<String, byte[]> forms) {
    byte[] padded = new byte[alignment + value.length];
    System.arraycopy(value, 0, padded, alignment, value.length);
    byte[] encoded = encoder.encode(padded);
    int first = (8 * alignment + 5) / 6;
    int last = 8 * padded.length / 6;
    forms.accept(name, Arrays.copyOfRange(encoded, first, last));
    if (last < encoded.length) {
      forms.accept(name, Arrays.copyOfRange(encoded, first, encoded.length));
      forms.accept(name, Arrays.copyOfRange(encoded, first, last + 1));
    }
    Arrays.fill(padded, (byte) 0);
    Arrays.fill(encoded, (byte) 0);
  }

  /// Base64 broken into lines, as `base64` and MIME do, of a value that stands at the start.
  private static void wrapped(byte[] value, BiConsumer<String, byte[]> forms) {
    byte[] encoded = Base64.getEncoder().encode(value);
    int determined = 8 * value.length / 6;
    for (int columns : LINE_LENGTHS) {
      for (String lineBreak : new String[] {"\n", "\r\n"}) {
        if (determined > columns) {
          FormBuffer buffer = new FormBuffer(encoded.length + encoded.length / 16);
          for (int i = 0; i < determined; i++) {
            if (i > 0 && i % columns == 0) {
              buffer.ascii(lineBreak);
            }
            buffer.put(encoded[i]);
          }
          forms.accept("base64", buffer.take());
        }
      }
    }
    Arrays.fill(encoded, (byte) 0);
  }
}
