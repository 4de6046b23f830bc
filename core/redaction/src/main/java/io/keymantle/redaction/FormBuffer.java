package io.keymantle.redaction;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// A growing run of bytes for building one encoded form. What it held is zeroed when it grows and
/// when the form is taken.
final class FormBuffer {
  private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);

  private byte[] bytes;
  private int length;

  FormBuffer(int expected) {
    bytes = new byte[Math.max(16, expected)];
  }

  FormBuffer put(int value) {
    if (length == bytes.length) {
      byte[] larger = Arrays.copyOf(bytes, length * 2);
      Arrays.fill(bytes, (byte) 0);
      bytes = larger;
    }
    bytes[length++] = (byte) value;
    return this;
  }

  FormBuffer ascii(String text) {
    for (int i = 0; i < text.length(); i++) {
      put(text.charAt(i));
    }
    return this;
  }

  /// The lowest `digits` hex digits of the value.
  FormBuffer hex(int value, int digits) {
    for (int shift = 4 * (digits - 1); shift >= 0; shift -= 4) {
      put(HEX[(value >>> shift) & 15]);
    }
    return this;
  }

  /// Hex digits without leading zeros.
  FormBuffer shortHex(int value) {
    int digits = Math.max(1, (35 - Integer.numberOfLeadingZeros(value)) / 4);
    return hex(value, digits);
  }

  FormBuffer decimal(int value) {
    return ascii(Integer.toString(value));
  }

  FormBuffer codePoint(int value) {
    if (value < 0x80) {
      return put(value);
    }
    if (value < 0x800) {
      return put(0xC0 | (value >> 6)).put(0x80 | (value & 63));
    }
    if (value < 0x10000) {
      return put(0xE0 | (value >> 12)).put(0x80 | ((value >> 6) & 63)).put(0x80 | (value & 63));
    }
    return put(0xF0 | (value >> 18))
        .put(0x80 | ((value >> 12) & 63))
        .put(0x80 | ((value >> 6) & 63))
        .put(0x80 | (value & 63));
  }

  byte[] take() {
    byte[] form = Arrays.copyOf(bytes, length);
    Arrays.fill(bytes, (byte) 0);
    length = 0;
    return form;
  }
}
