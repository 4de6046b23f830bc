package io.keymantle.otp;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/// Base32 (RFC 4648 §6) as seeds are written: upper case without padding. Reading takes either
/// case, spaces and hyphens between groups, and padding at the end.
public final class Base32 {
  private static final byte[] ALPHABET =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".getBytes(StandardCharsets.US_ASCII);

  private Base32() {}

  public static String encode(byte[] bytes) {
    byte[] text = new byte[(bytes.length * 8 + 4) / 5];
    for (int i = 0; i < text.length; i++) {
      int value = 0;
      for (int bit = i * 5; bit < i * 5 + 5; bit++) {
        boolean set = bit / 8 < bytes.length && (bytes[bit / 8] >> (7 - bit % 8) & 1) == 1;
        value = value << 1 | (set ? 1 : 0);
      }
      text[i] = ALPHABET[value];
    }
    return new String(text, StandardCharsets.US_ASCII);
  }

  /// Reads ASCII text; empty when it is not base32. Bits that do not fill a byte are dropped, as
  /// authenticators do: there are services whose seeds are random letters of any number.
  public static Optional<byte[]> decode(byte[] text, int offset, int length) {
    byte[] bytes = new byte[length * 5 / 8];
    int bits = 0;
    int pending = 0;
    int count = 0;
    boolean padded = false;
    for (int i = offset; i < offset + length; i++) {
      byte c = text[i];
      padded |= c == '=';
      if (c == ' ' || c == '-' || c == '=') {
        continue;
      }
      int value = value(c);
      if (value < 0 || padded) {
        Arrays.fill(bytes, (byte) 0);
        return Optional.empty();
      }
      pending = pending << 5 | value;
      bits += 5;
      if (bits >= 8) {
        bits -= 8;
        bytes[count++] = (byte) (pending >> bits);
        pending &= (1 << bits) - 1;
      }
    }
    byte[] whole = Arrays.copyOf(bytes, count);
    Arrays.fill(bytes, (byte) 0);
    return Optional.of(whole);
  }

  private static int value(byte c) {
    if (c >= 'A' && c <= 'Z') {
      return c - 'A';
    }
    if (c >= 'a' && c <= 'z') {
      return c - 'a';
    }
    return c >= '2' && c <= '7' ? c - '2' + 26 : -1;
  }
}
