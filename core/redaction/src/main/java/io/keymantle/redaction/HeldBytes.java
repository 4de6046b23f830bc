package io.keymantle.redaction;

import java.nio.ByteBuffer;
import java.util.Arrays;

/// The last bytes of a stream, kept between pieces because they may still become a value.
final class HeldBytes {
  private byte[] bytes = {};
  private int from;
  private int to;

  /// Keeps the last `count` bytes of what was kept and the piece after it, which is all of the
  /// buffer.
  void keep(int count, ByteBuffer piece) {
    int length = piece.remaining();
    int added = Math.min(count, length);
    from = to - (count - added);
    if (to + added > bytes.length) {
      move(count);
    }
    piece.get(piece.limit() - added, bytes, to, added);
    to += added;
  }

  /// Makes room: most of the array stays free, so bytes are moved seldom.
  private void move(int count) {
    byte[] target = new byte[Math.max(64, Math.max(bytes.length, 4 * count))];
    System.arraycopy(bytes, from, target, 0, to - from);
    Arrays.fill(bytes, (byte) 0);
    bytes = target;
    to -= from;
    from = 0;
  }

  /// A copy of the bytes from so many before the end to so many before the end.
  byte[] copy(int first, int last) {
    return Arrays.copyOfRange(bytes, to - first, to - last);
  }
}
