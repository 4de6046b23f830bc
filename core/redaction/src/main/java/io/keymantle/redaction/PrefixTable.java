package io.keymantle.redaction;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/// The first bytes of all patterns, and where in the trie they lead. Sets of bits answer for most
/// places in a text, in a nanosecond or two, that no pattern starts there; they take bytes that
/// differ only in the bit that tells upper from lower case as one.
///
/// What first bytes are looked at is as long as the shortest pattern allows: text that is made of
/// the patterns' beginnings then seldom gets as far as the trie, which costs cache misses. They are
/// read as two longs, which overlap; eight bytes more are looked at where a pattern has them.
final class PrefixTable {
  /// No more first bytes than this are looked at.
  static final int LONGEST = 15;

  /// Patterns are at least so long.
  static final int SHORTEST = 4;

  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
  private static final long SPREAD = 0x9E3779B97F4A7C15L;
  private static final long SPREAD_SECOND = 0xD6E8FEB86659FD93L;

  /// Bits per pattern.
  private static final int ROOM = 16;

  /// Longs per entry: the two longs of the prefix, the node plus one, and one that keeps an entry
  /// in one cache line. No node, no entry.
  private static final int ENTRY = 4;

  private final int length;

  /// Where the second long starts.
  private final int second;

  private final long mask;
  private final long[] bits;
  private final long[] fullBits;
  private final long[] shortBits;

  /// Of prefixes with the eight bytes after them; of prefixes alone where a pattern has no more.
  private final long[] longBits;

  private final int shift;
  private final long[] entries;
  private final int entryShift;

  /// @param beginnings how many distinct first bytes the patterns have
  PrefixTable(int patterns, int beginnings, int shortest) {
    length = Math.min(LONGEST, shortest);
    second = Math.max(0, length - 8);
    mask = length >= 8 ? -1 : (1L << (8 * length)) - 1;
    int log = 64 - Long.numberOfLeadingZeros((long) patterns * ROOM - 1);
    log = Math.clamp(log, 10, 24);
    bits = new long[1 << (log - 6)];
    fullBits = new long[1 << (log - 6)];
    shortBits = new long[1 << (log - 6)];
    longBits = new long[1 << (log - 6)];
    shift = 64 - log;
    int capacity = Integer.highestOneBit(beginnings) * 4;
    entries = new long[ENTRY * capacity];
    entryShift = 64 - Integer.numberOfTrailingZeros(capacity);
  }

  /// How many first bytes of a pattern are looked at: four to [#LONGEST].
  int length() {
    return length;
  }

  /// How many bytes are read from a place.
  int reads() {
    return Math.max(8, length);
  }

  /// Takes a folded pattern, and the node that its first bytes lead to.
  void put(byte[] pattern, int node) {
    long one = first(pattern, 0);
    long two = first(pattern, second);
    set(bits, hash((one | HexCase.BITS) & mask));
    long hash = hash((one | HexCase.BITS) & mask, (two | HexCase.BITS) & mask);
    set(fullBits, hash);
    if (pattern.length < length + 8) {
      set(longBits, hash);
    } else {
      set(longBits, hash(hash, (long) LONG.get(pattern, length) | HexCase.BITS));
    }
    set(shortBits, hash((one | HexCase.BITS) & 0xFFFF_FFFFL));
    int at = slot(one, two);
    while (entries[at + 2] != 0 && (entries[at] != one || entries[at + 1] != two)) {
      at = (at + ENTRY) & (entries.length - 1);
    }
    entries[at] = one;
    entries[at + 1] = two;
    entries[at + 2] = node + 1L;
  }

  private long first(byte[] pattern, int from) {
    long prefix = 0;
    for (int i = Math.min(length, from + 8) - 1; i >= from; i--) {
      prefix = (prefix << 8) | (pattern[i] & 0xFF);
    }
    return prefix;
  }

  private void set(long[] words, long hash) {
    int slot = (int) (hash >>> shift);
    words[slot >>> 6] |= 1L << slot;
  }

  private static long hash(long prefix) {
    return prefix * SPREAD;
  }

  private static long hash(long one, long two) {
    long mixed = one * SPREAD_SECOND + two;
    return (mixed ^ (mixed >>> 29)) * SPREAD;
  }

  private int slot(long one, long two) {
    return (int) (hash(one, two) >>> entryShift) * ENTRY;
  }

  /// The first place from `from` on, and before `to`, where a pattern may start; else `to` or
  /// `from`, whichever is greater. Reads [#reads] bytes from a place, and eight more before `end`.
  int next(byte[] bytes, int from, int to, int end) {
    long[] words = bits;
    int distance = shift;
    long taken = mask;
    for (int at = from; at < to; at++) {
      long one = ((long) LONG.get(bytes, at) | HexCase.BITS) & taken;
      int slot = (int) (hash(one) >>> distance);
      if (((words[slot >>> 6] >>> slot) & 1) != 0 && confirmed(one, bytes, at, end)) {
        return at;
      }
    }
    return Math.max(from, to);
  }

  private boolean confirmed(long one, byte[] bytes, int at, int end) {
    long two = ((long) LONG.get(bytes, at + second) | HexCase.BITS) & mask;
    long hash = hash(one, two);
    int after = at + length;
    if (after + 8 > end) {
      return bit(fullBits, hash) != 0;
    }
    long more = hash(hash, (long) LONG.get(bytes, after) | HexCase.BITS);
    return (bit(longBits, more) | bit(longBits, hash)) != 0; // one branch, seldom taken
  }

  private long bit(long[] words, long hash) {
    int slot = (int) (hash >>> shift);
    return (words[slot >>> 6] >>> slot) & 1;
  }

  /// The same by the first four bytes only.
  int nextShort(byte[] bytes, int from, int to) {
    for (int at = from; at < to; at++) {
      long four = ((int) INT.get(bytes, at) | HexCase.BITS) & 0xFFFF_FFFFL;
      if (bit(shortBits, hash(four)) != 0) {
        return at;
      }
    }
    return Math.max(from, to);
  }

  /// The node that the first bytes there lead to, or -1.
  int node(byte[] bytes, int place) {
    long one = HexCase.fold((long) LONG.get(bytes, place)) & mask;
    long two = HexCase.fold((long) LONG.get(bytes, place + second)) & mask;
    int at = slot(one, two);
    while (entries[at + 2] != 0) {
      if (entries[at] == one && entries[at + 1] == two) {
        return (int) entries[at + 2] - 1;
      }
      at = (at + ENTRY) & (entries.length - 1);
    }
    return -1;
  }

  long memory() {
    return 8L * (4L * bits.length + entries.length);
  }
}
