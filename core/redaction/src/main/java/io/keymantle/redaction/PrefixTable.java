package io.keymantle.redaction;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/// The first four bytes of all patterns, and where in the trie they lead. A set of bits answers for
/// most places in a text, in about a nanosecond, that no pattern starts there.
final class PrefixTable {
  static final int LENGTH = 4;

  private static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
  private static final int SPREAD = 0x9E3779B1;

  /// Bits per pattern.
  private static final int ROOM = 64;

  private final long[] bits;
  private final int shift;
  private final LongIntTable nodes;

  PrefixTable(int patterns) {
    int log = 64 - Long.numberOfLeadingZeros((long) patterns * ROOM - 1);
    log = Math.clamp(log, 10, 24);
    bits = new long[1 << (log - 6)];
    shift = 32 - log;
    nodes = new LongIntTable(patterns);
  }

  void put(byte[] pattern, int node) {
    int prefix = (int) INT.get(pattern, 0);
    int slot = (prefix * SPREAD) >>> shift;
    bits[slot >>> 6] |= 1L << slot;
    nodes.put(prefix & 0xFFFF_FFFFL, node);
  }

  /// The first place from `from` on, and before `to`, where a pattern may start; else `to` or
  /// `from`, whichever is greater.
  int next(byte[] bytes, int from, int to) {
    long[] words = bits;
    int distance = shift;
    for (int at = from; at < to; at++) {
      int slot = ((int) INT.get(bytes, at) * SPREAD) >>> distance;
      if (((words[slot >>> 6] >>> slot) & 1) != 0) {
        return at;
      }
    }
    return Math.max(from, to);
  }

  /// The node that the four bytes there lead to, or -1.
  int node(byte[] bytes, int at) {
    return nodes.get((int) INT.get(bytes, at) & 0xFFFF_FFFFL);
  }

  long memory() {
    return 8L * bits.length + nodes.memory();
  }
}
