package io.keymantle.redaction;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/// The first bytes of all patterns, and where in the trie they lead. Sets of bits answer for most
/// places in a text, in about a nanosecond, that no pattern starts there; they take bytes that
/// differ only in the bit that tells upper from lower case as one.
final class PrefixTable {
  /// Reads go this far.
  static final int LONGEST = 8;

  /// Patterns are at least so long.
  static final int SHORTEST = 4;

  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
  private static final long SPREAD = 0x9E3779B97F4A7C15L;

  /// Bits per pattern.
  private static final int ROOM = 32;

  private final int length;
  private final long mask;
  private final long[] bits;
  private final long[] shortBits;
  private final int shift;
  private final LongIntTable nodes;

  PrefixTable(int patterns, int shortest) {
    length = Math.min(LONGEST, shortest);
    mask = length == LONGEST ? -1 : (1L << (8 * length)) - 1;
    int log = 64 - Long.numberOfLeadingZeros((long) patterns * ROOM - 1);
    log = Math.clamp(log, 10, 24);
    bits = new long[1 << (log - 6)];
    shortBits = new long[1 << (log - 6)];
    shift = 64 - log;
    nodes = new LongIntTable(patterns);
  }

  /// How many first bytes of a pattern are looked at: four to eight.
  int length() {
    return length;
  }

  void put(byte[] pattern, int node) {
    long prefix = 0;
    for (int i = length - 1; i >= 0; i--) {
      prefix = (prefix << 8) | (pattern[i] & 0xFF);
    }
    int slot = slot((prefix | HexCase.BITS) & mask);
    bits[slot >>> 6] |= 1L << slot;
    slot = slot((prefix | HexCase.BITS) & 0xFFFF_FFFFL);
    shortBits[slot >>> 6] |= 1L << slot;
    nodes.put(prefix, node);
  }

  private int slot(long prefix) {
    return (int) ((prefix * SPREAD) >>> shift);
  }

  /// The first place from `from` on, and before `to`, where a pattern may start; else `to` or
  /// `from`, whichever is greater. Reads up to [#LONGEST] bytes from a place.
  int next(byte[] bytes, int from, int to) {
    long[] words = bits;
    int distance = shift;
    long taken = mask;
    for (int at = from; at < to; at++) {
      long prefix = ((long) LONG.get(bytes, at) | HexCase.BITS) & taken;
      int slot = (int) ((prefix * SPREAD) >>> distance);
      if (((words[slot >>> 6] >>> slot) & 1) != 0) {
        return at;
      }
    }
    return Math.max(from, to);
  }

  /// The same by the first four bytes only.
  int nextShort(byte[] bytes, int from, int to) {
    for (int at = from; at < to; at++) {
      int slot = slot(((int) INT.get(bytes, at) | HexCase.BITS) & 0xFFFF_FFFFL);
      if (((shortBits[slot >>> 6] >>> slot) & 1) != 0) {
        return at;
      }
    }
    return Math.max(from, to);
  }

  /// The node that the first bytes there lead to, or -1.
  int node(byte[] bytes, int at) {
    return nodes.get(HexCase.fold((long) LONG.get(bytes, at)) & mask);
  }

  long memory() {
    return 8L * (bits.length + shortBits.length) + nodes.memory();
  }
}
