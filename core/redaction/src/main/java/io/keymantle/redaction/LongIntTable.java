package io.keymantle.redaction;

import java.util.Arrays;

/// A hash table from non-negative long keys to non-negative ints: open addressing, at most half
/// full.
final class LongIntTable {
  private static final long SPREAD = 0x9E3779B97F4A7C15L;

  private long[] keys;
  private int[] values;
  private int shift;
  private int size;

  LongIntTable(int expected) {
    allocate(Math.max(8, Integer.highestOneBit(Math.max(1, expected)) * 4));
  }

  private void allocate(int capacity) {
    keys = new long[capacity];
    Arrays.fill(keys, -1);
    values = new int[capacity];
    shift = 64 - Integer.numberOfTrailingZeros(capacity);
  }

  /// The value of the key, or -1.
  int get(long key) {
    int slot = (int) ((key * SPREAD) >>> shift);
    while (true) {
      long found = keys[slot];
      if (found == key) {
        return values[slot];
      }
      if (found < 0) {
        return -1;
      }
      slot = (slot + 1) & (keys.length - 1);
    }
  }

  void put(long key, int value) {
    if (2 * (size + 1) > keys.length) {
      grow();
    }
    int slot = (int) ((key * SPREAD) >>> shift);
    while (keys[slot] >= 0 && keys[slot] != key) {
      slot = (slot + 1) & (keys.length - 1);
    }
    if (keys[slot] < 0) {
      size++;
    }
    keys[slot] = key;
    values[slot] = value;
  }

  private void grow() {
    long[] oldKeys = keys;
    int[] oldValues = values;
    allocate(2 * oldKeys.length);
    size = 0;
    for (int i = 0; i < oldKeys.length; i++) {
      if (oldKeys[i] >= 0) {
        put(oldKeys[i], oldValues[i]);
      }
    }
  }

  long memory() {
    return 12L * keys.length;
  }
}
