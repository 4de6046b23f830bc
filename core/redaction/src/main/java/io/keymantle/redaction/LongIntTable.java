package io.keymantle.redaction;

/// A hash table from long keys to non-negative ints: open addressing, at most half full, a key
/// beside its value.
final class LongIntTable {
  private static final long SPREAD = 0x9E3779B97F4A7C15L;

  /// Pairs of key and value plus one; no value, no entry.
  private long[] slots;

  private int shift;
  private int size;

  LongIntTable(int expected) {
    int capacity = Math.max(8, Integer.highestOneBit(Math.max(1, expected)) * 4);
    slots = new long[2 * capacity];
    shift = 64 - Integer.numberOfTrailingZeros(capacity);
  }

  /// The value of the key, or -1.
  int get(long key) {
    int slot = (int) ((key * SPREAD) >>> shift) * 2;
    while (slots[slot + 1] != 0) {
      if (slots[slot] == key) {
        return (int) slots[slot + 1] - 1;
      }
      slot = (slot + 2) & (slots.length - 1);
    }
    return -1;
  }

  void put(long key, int value) {
    if (4 * (size + 1) > slots.length) {
      grow();
    }
    int slot = (int) ((key * SPREAD) >>> shift) * 2;
    while (slots[slot + 1] != 0 && slots[slot] != key) {
      slot = (slot + 2) & (slots.length - 1);
    }
    if (slots[slot + 1] == 0) {
      size++;
    }
    slots[slot] = key;
    slots[slot + 1] = value + 1L;
  }

  private void grow() {
    long[] old = slots;
    slots = new long[2 * old.length];
    shift--;
    size = 0;
    for (int i = 0; i < old.length; i += 2) {
      if (old[i + 1] != 0) {
        put(old[i], (int) old[i + 1] - 1);
      }
    }
  }

  long memory() {
    return 8L * slots.length;
  }
}
