package io.keymantle.gateway;

import java.util.Arrays;

/// Bytes under construction that may hold a secret value: what is outgrown is zeroed, and so is the
/// rest on [#close]. Not thread-safe.
final class SubstitutionBuffer implements AutoCloseable {
  private static final byte[] HEX =
      "0123456789ABCDEF".getBytes(java.nio.charset.StandardCharsets.US_ASCII);

  private byte[] bytes;
  private int length;

  SubstitutionBuffer(int expected) {
    bytes = new byte[Math.max(16, expected)];
  }

  void put(byte b) {
    room(1);
    bytes[length++] = b;
  }

  void put(byte[] source, int from, int to) {
    room(to - from);
    System.arraycopy(source, from, bytes, length, to - from);
    length += to - from;
  }

  void put(byte[] source) {
    put(source, 0, source.length);
  }

  void put(String ascii) {
    put(ascii.getBytes(java.nio.charset.StandardCharsets.ISO_8859_1));
  }

  /// Percent-encodes all but unreserved characters (RFC 3986 section 2.3) and those named.
  void putPercentEncoded(byte[] source, int from, int to, String alsoPlain) {
    for (int i = from; i < to; i++) {
      byte b = source[i];
      if (TokenScanner.isBase62(b)
          || b == '-'
          || b == '.'
          || b == '_'
          || b == '~'
          || (b > 0 && alsoPlain.indexOf(b) >= 0)) {
        put(b);
      } else {
        put((byte) '%');
        put(HEX[b >> 4 & 15]);
        put(HEX[b & 15]);
      }
    }
  }

  /// Escapes UTF-8 text for the inside of a JSON string (RFC 8259 section 7).
  void putJsonEscaped(byte[] source, int from, int to) {
    for (int i = from; i < to; i++) {
      byte b = source[i];
      if (b == '"' || b == '\\') {
        put((byte) '\\');
        put(b);
      } else if (b >= 0 && b < 0x20) {
        put("\\u00");
        put(HEX[b >> 4]);
        put(HEX[b & 15]);
      } else {
        put(b);
      }
    }
  }

  /// Appends all to another buffer.
  void writeTo(SubstitutionBuffer out) {
    out.put(bytes, 0, length);
  }

  int length() {
    return length;
  }

  /// A copy, which the caller has to zero.
  byte[] toArray() {
    return Arrays.copyOf(bytes, length);
  }

  private void room(int more) {
    if (bytes.length - length < more) {
      byte[] larger = Arrays.copyOf(bytes, Math.max(bytes.length * 2, length + more));
      Arrays.fill(bytes, (byte) 0);
      bytes = larger;
    }
  }

  @Override
  public void close() {
    Arrays.fill(bytes, (byte) 0);
    length = 0;
  }

  @Override
  public String toString() {
    return "[" + length + " bytes of a request]";
  }
}
