package io.keymantle.ledger;

import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// The right edge of a growing RFC 6962 tree, kept as the unfinished tile of each level: enough to
/// append and to give the root, in 8 KB per level. Not thread-safe.
///
/// Since a tile holds 256 = 2^8 nodes, every split of RFC 6962 falls between nodes of a tile or
/// between whole tiles; so the root of a tile's hashes is the node one tile level up, and the root
/// of the whole tree is the fold of the unfinished tiles from the lowest level up.
final class MerkleTree {
  private final MessageDigest digest = Hashes.sha256();
  private final List<Level> levels = new ArrayList<>();
  private long size;

  /// Told of each tile that becomes full, lowest level first.
  interface TileSink<E extends Exception> {
    void full(int level, long index, byte[] hashes) throws E;
  }

  private static final class Level {
    // One more slot for the carry of the level below.
    private final byte[] hashes = new byte[(TilePath.FULL + 1) * Hashes.LENGTH];
    private int count;

    private void add(byte[] hash) {
      System.arraycopy(hash, 0, hashes, count * Hashes.LENGTH, Hashes.LENGTH);
      count++;
    }
  }

  long size() {
    return size;
  }

  /// Restores the unfinished tile of a level.
  void restore(int level, byte[] hashes) {
    Level at = level(level);
    at.count = hashes.length / Hashes.LENGTH;
    System.arraycopy(hashes, 0, at.hashes, 0, hashes.length);
  }

  void restoreSize(long restored) {
    size = restored;
  }

  byte[] leafHash(byte[] bytes, int offset, int length) {
    return Hashes.leaf(digest, bytes, offset, length);
  }

  <E extends Exception> void append(byte[] leafHash, TileSink<E> sink) throws E {
    size++;
    byte[] hash = leafHash;
    for (int number = 0; ; number++) {
      Level level = level(number);
      level.add(hash);
      if (level.count < TilePath.FULL) {
        return;
      }
      long index = TilePath.nodesAt(number, size) / TilePath.FULL - 1;
      byte[] full = Arrays.copyOf(level.hashes, TilePath.FULL * Hashes.LENGTH);
      level.count = 0;
      sink.full(number, index, full);
      hash = root(digest, full, 0, TilePath.FULL);
    }
  }

  int levels() {
    return levels.size();
  }

  /// The hashes of a level's unfinished tile; empty when the level ends with a full one.
  byte[] unfinished(int level) {
    Level at = levels.get(level);
    return Arrays.copyOf(at.hashes, at.count * Hashes.LENGTH);
  }

  TreeHash root() {
    byte[] carry = null;
    for (Level level : levels) {
      int count = level.count;
      if (carry != null) {
        System.arraycopy(carry, 0, level.hashes, count * Hashes.LENGTH, Hashes.LENGTH);
        count++;
      }
      if (count > 0) {
        carry = root(digest, level.hashes, 0, count);
      }
    }
    return new TreeHash(carry == null ? digest.digest() : carry);
  }

  private Level level(int number) {
    while (levels.size() <= number) {
      levels.add(new Level());
    }
    return levels.get(number);
  }

  /// The root over `count` >= 1 hashes that stand one after the other.
  static byte[] root(MessageDigest digest, byte[] hashes, int first, int count) {
    if (count == 1) {
      int at = first * Hashes.LENGTH;
      return Arrays.copyOfRange(hashes, at, at + Hashes.LENGTH);
    }
    int split = Integer.highestOneBit(count - 1);
    byte[] left = root(digest, hashes, first, split);
    byte[] right = root(digest, hashes, first + split, count - split);
    return Hashes.node(digest, left, right);
  }
}
