package io.keymantle.redaction;

/// The letters `A` to `F` read as `a` to `f`: hex digits are written in either case, and one value
/// may show both.
///
/// Every comparison of text with patterns is made on folded bytes, whatever the encoding. So a
/// value is also masked where only the case of such letters differs: a known, harmless excess that
/// saves a second search.
final class HexCase {
  /// In each byte, the bit that tells upper from lower case. Bytes that are equal when folded are
  /// equal when this bit is set, which is quicker: good for filters, which may err that way.
  static final long BITS = 0x2020_2020_2020_2020L;

  private static final long HIGH = 0x8080_8080_8080_8080L;
  private static final long LOW = ~HIGH;
  private static final long ONES = 0x0101_0101_0101_0101L;

  private HexCase() {}

  static byte fold(byte each) {
    return each >= 'A' && each <= 'F' ? (byte) (each | 0x20) : each;
  }

  static void fold(byte[] bytes) {
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = fold(bytes[i]);
    }
  }

  /// Eight bytes at a time. Sums in seven bits reach the eighth from `A` on, and from `G` on.
  static long fold(long bytes) {
    long low = bytes & LOW;
    long fromA = low + ONES * (0x80 - 'A');
    long fromG = low + ONES * (0x80 - 'G');
    return bytes | ((fromA & ~fromG & ~bytes & HIGH) >>> 2);
  }
}
