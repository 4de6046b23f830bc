package io.keymantle.ledger;

import io.keymantle.domain.ErrorCode;
import io.keymantle.domain.RefusedException;
import java.io.IOException;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/// The right edge of the tree as it stands on the disk, checked against the signed checkpoint: its
/// root must follow from the unfinished tiles, and the unfinished bundle must hash to its tile.
/// What lies further left is for [LedgerVerifier].
@SuppressWarnings("ArrayRecordComponent") // never compared; the bytes stay as they were read
record LoadedTree(
    MerkleTree tree, byte[] bundle, List<TilePath> partials, SignedCheckpoint checkpoint) {

  /// @throws RefusedException with `ledger_damaged` when tiles and checkpoint do not agree
  static LoadedTree load(TileStore store, LedgerSigner signer) throws IOException {
    Optional<byte[]> stored = store.readCheckpoint();
    if (stored.isEmpty()) {
      if (store.hasTiles()) {
        throw damaged("has tiles but no checkpoint");
      }
      var tree = new MerkleTree();
      SignedCheckpoint first = CheckpointNote.sign(0, tree.root(), signer);
      store.publish(first);
      return new LoadedTree(tree, new byte[0], List.of(), first);
    }
    SignedCheckpoint checkpoint =
        CheckpointNote.openOwn(stored.get(), signer.verifierKey())
            .orElseThrow(() -> damaged("has a checkpoint that is not signed with its key"));
    try {
      return load(store, checkpoint);
    } catch (IOException e) {
      throw damaged("has a tile at its end that is missing or too short");
    }
  }

  private static LoadedTree load(TileStore store, SignedCheckpoint checkpoint) throws IOException {
    long size = checkpoint.size();
    var tree = new MerkleTree();
    tree.restoreSize(size);
    List<TilePath> partials = new ArrayList<>();
    for (int level = 0; TilePath.nodesAt(level, size) > 0; level++) {
      long nodes = TilePath.nodesAt(level, size);
      if (nodes % TilePath.FULL == 0) {
        tree.restore(level, new byte[0]);
        continue;
      }
      TilePath path = TilePath.in(size, level, nodes / TilePath.FULL);
      tree.restore(level, store.readHashes(path));
      partials.add(path);
    }
    if (!tree.root().equals(checkpoint.root())) {
      throw damaged("has tiles that do not give the root of its checkpoint");
    }
    byte[] bundle = new byte[0];
    if (size % TilePath.FULL != 0) {
      TilePath path = TilePath.in(size, TilePath.ENTRIES, size / TilePath.FULL);
      bundle = joined(store.readEntries(path), tree.unfinished(0));
      partials.add(path);
    }
    var loaded = new LoadedTree(tree, bundle, partials, checkpoint);
    loaded.dropLeftovers(store);
    return loaded;
  }

  private static byte[] joined(List<byte[]> entries, byte[] hashes) {
    MessageDigest digest = Hashes.sha256();
    var bundle = new java.io.ByteArrayOutputStream();
    for (int i = 0; i < entries.size(); i++) {
      byte[] entry = entries.get(i);
      byte[] leaf = Hashes.leaf(digest, entry, 0, entry.length);
      int at = i * Hashes.LENGTH;
      if (!Arrays.equals(leaf, 0, Hashes.LENGTH, hashes, at, at + Hashes.LENGTH)) {
        throw damaged("has entries at its end that were changed");
      }
      bundle.write(entry.length >> 8);
      bundle.write(entry.length);
      bundle.writeBytes(entry);
    }
    return bundle.toByteArray();
  }

  /// Partial tiles that a crash left between the checkpoint that replaced them and their deletion,
  /// and those written for a checkpoint that never came.
  private void dropLeftovers(TileStore store) throws IOException {
    long size = checkpoint.size();
    for (int level = TilePath.ENTRIES; TilePath.nodesAt(Math.max(0, level), size) > 0; level++) {
      long nodes = level == TilePath.ENTRIES ? size : TilePath.nodesAt(level, size);
      long last = nodes / TilePath.FULL;
      long reach = Integrator.MAX_ROUND / TilePath.FULL + 1;
      for (long index = Math.max(0, last - reach); index <= last + reach; index++) {
        int width = index == last ? (int) (nodes % TilePath.FULL) : TilePath.FULL;
        store.deleteOthers(new TilePath(level, index, width == 0 ? TilePath.FULL : width));
      }
    }
  }

  private static RefusedException damaged(String what) {
    return RefusedException.of(
        ErrorCode.LEDGER_DAMAGED,
        "The ledger " + what,
        "run `keymantle ledger verify`, then restore the ledger from a backup");
  }
}
