package io.keymantle.ledger;

import java.io.IOException;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Reads a published tree of one size from its tiles: entries, and proofs by the definitions of RFC
/// 6962 section 2.1. For one use by one thread, since it keeps the tiles that it has read.
final class TreeReader {
  private final TileStore store;
  private final long size;
  private final MessageDigest digest = Hashes.sha256();
  private final Map<TilePath, byte[]> tiles = new HashMap<>();

  TreeReader(TileStore store, long size) {
    this.store = store;
    this.size = size;
  }

  List<LedgerEntry> entries(long from, int limit) throws IOException {
    long end = Math.min(size, from + limit);
    List<LedgerEntry> entries = new ArrayList<>();
    for (long index = from; index < end; ) {
      long bundle = index / TilePath.FULL;
      List<byte[]> found = store.readEntries(TilePath.in(size, TilePath.ENTRIES, bundle));
      for (int i = (int) (index % TilePath.FULL); i < found.size() && index < end; i++) {
        entries.add(new LedgerEntry(index, found.get(i)));
        index++;
      }
    }
    return entries;
  }

  InclusionProof inclusion(long index, long treeSize) throws IOException {
    List<TreeHash> path = new ArrayList<>();
    addPath(index, 0, treeSize, path);
    return new InclusionProof(index, treeSize, path);
  }

  ConsistencyProof consistency(long oldSize, long newSize) throws IOException {
    List<TreeHash> path = new ArrayList<>();
    if (oldSize > 0) {
      addSubproof(oldSize, 0, newSize, true, path);
    }
    return new ConsistencyProof(oldSize, newSize, path);
  }

  private void addPath(long index, long from, long to, List<TreeHash> path) throws IOException {
    if (to - from == 1) {
      return;
    }
    long split = from + Long.highestOneBit(to - from - 1);
    if (index < split) {
      addPath(index, from, split, path);
      path.add(new TreeHash(range(split, to)));
    } else {
      addPath(index, split, to, path);
      path.add(new TreeHash(range(from, split)));
    }
  }

  private void addSubproof(long old, long from, long to, boolean whole, List<TreeHash> path)
      throws IOException {
    if (old == to) {
      if (!whole) {
        path.add(new TreeHash(range(from, to)));
      }
      return;
    }
    long split = from + Long.highestOneBit(to - from - 1);
    if (old <= split) {
      addSubproof(old, from, split, whole, path);
      path.add(new TreeHash(range(split, to)));
    } else {
      addSubproof(old, split, to, false, path);
      path.add(new TreeHash(range(from, split)));
    }
  }

  /// The hash over the entries in a range that is a subtree of some tree.
  private byte[] range(long from, long to) throws IOException {
    long count = to - from;
    if (Long.bitCount(count) == 1) {
      return node(Long.numberOfTrailingZeros(count), from);
    }
    long split = from + Long.highestOneBit(count - 1);
    return Hashes.node(digest, range(from, split), range(split, to));
  }

  /// The root of the complete subtree of 2^height entries that begins at `from`.
  private byte[] node(int height, long from) throws IOException {
    int level = height / 8;
    long first = from >>> (8 * level);
    TilePath path = TilePath.in(size, level, first / TilePath.FULL);
    byte[] hashes = tiles.get(path);
    if (hashes == null) {
      hashes = store.readHashes(path);
      tiles.put(path, hashes);
    }
    return MerkleTree.root(digest, hashes, (int) (first % TilePath.FULL), 1 << (height % 8));
  }
}
