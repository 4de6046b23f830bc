package io.keymantle.ledger;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/// Moves durable entries from the journal into the tree: tiles first, then the checkpoint that
/// covers them, then the journal's segments are deleted. Each step is durable before the next, so a
/// crash at any point leaves every entry in at least one place.
final class Integrator {
  /// Most entries under one new checkpoint, so that the journal is released in steps.
  static final int MAX_ROUND = 32_768;

  private static final int READ = 1 << 20;

  private final TileStore store;
  private final Journal journal;
  private final JournalTag tag;
  private final LedgerSigner signer;
  private final MerkleTree tree;
  private final ByteArrayOutputStream bundle = new ByteArrayOutputStream();
  private final Map<Integer, TilePath> partials = new HashMap<>();
  private final ReentrantLock rounds = new ReentrantLock();
  private final ReadWriteLock published = new ReentrantReadWriteLock();
  private Optional<Journal.Cursor> cursor = Optional.empty();
  private volatile SignedCheckpoint checkpoint;

  Integrator(TileStore store, Journal journal, LedgerSigner signer, LoadedTree loaded) {
    this.store = store;
    this.journal = journal;
    this.signer = signer;
    this.tag = JournalTag.of(signer);
    this.tree = loaded.tree();
    this.checkpoint = loaded.checkpoint();
    this.bundle.writeBytes(loaded.bundle());
    loaded.partials().forEach(partial -> partials.put(partial.level(), partial));
  }

  SignedCheckpoint checkpoint() {
    return checkpoint;
  }

  /// Integrates at least the entries below `goal`, all of which are durable, and publishes.
  void integrate(long goal) throws IOException {
    rounds.lock();
    try {
      while (checkpoint.size() < goal) {
        read(Math.min(goal, checkpoint.size() + MAX_ROUND));
        publish();
        journal.release(checkpoint.size());
      }
    } finally {
      rounds.unlock();
    }
  }

  /// Something to be read from a published tree while its files stay.
  interface Reading<T> {
    T from(TreeReader reader, SignedCheckpoint checkpoint) throws IOException;
  }

  <T> T read(Reading<T> reading) throws IOException {
    published.readLock().lock();
    try {
      SignedCheckpoint current = checkpoint;
      return reading.from(new TreeReader(store, current.size()), current);
    } finally {
      published.readLock().unlock();
    }
  }

  private void read(long goal) throws IOException {
    while (tree.size() < goal) {
      // A segment that was read to its end may have been released since.
      Journal.Cursor at =
          cursor.filter(journal::isLive).or(journal::start).orElseThrow(Integrator::changed);
      ByteBuffer bytes = journal.read(at, READ);
      if (!bytes.hasRemaining()) {
        Optional<Journal.Cursor> following = journal.following(at);
        // Nothing is appended to a segment once another follows it: look once more, then go on.
        bytes = journal.read(at, READ);
        if (!bytes.hasRemaining()) {
          cursor = Optional.of(following.orElseThrow(Integrator::changed));
          continue;
        }
      }
      int offset = 0;
      while (offset < bytes.limit() && tree.size() < goal) {
        if (!JournalFrame.isWhole(bytes, offset)) {
          break;
        }
        if (!JournalFrame.isTagged(bytes, offset, tag)) {
          throw changed();
        }
        JournalFrame frame = JournalFrame.read(bytes, offset);
        add(frame);
        offset += frame.size();
      }
      if (offset == 0) {
        throw changed();
      }
      cursor = Optional.of(new Journal.Cursor(at.segment(), at.offset() + offset));
    }
  }

  private static IOException changed() {
    return new IOException("the journal was changed by somebody else");
  }

  private void add(JournalFrame frame) throws IOException {
    List<byte[]> entries = frame.entries();
    if (entries.isEmpty() || frame.first() > tree.size()) {
      throw changed();
    }
    for (int i = 0; i < entries.size(); i++) {
      if (frame.first() + i == tree.size()) {
        add(entries.get(i));
      }
    }
  }

  private void add(byte[] entry) throws IOException {
    bundle.write(entry.length >> 8);
    bundle.write(entry.length);
    bundle.write(entry, 0, entry.length);
    long index = tree.size() / TilePath.FULL;
    boolean full = (tree.size() + 1) % TilePath.FULL == 0;
    if (full) {
      store.write(new TilePath(TilePath.ENTRIES, index, TilePath.FULL), bundle.toByteArray());
      bundle.reset();
    }
    byte[] leaf = tree.leafHash(entry, 0, entry.length);
    tree.append(
        leaf,
        (level, tile, hashes) -> store.write(new TilePath(level, tile, TilePath.FULL), hashes));
  }

  private void publish() throws IOException {
    long size = tree.size();
    List<TilePath> now = new ArrayList<>();
    if (bundle.size() > 0) {
      TilePath path = TilePath.in(size, TilePath.ENTRIES, size / TilePath.FULL);
      store.write(path, bundle.toByteArray());
      now.add(path);
    }
    for (int level = 0; level < tree.levels(); level++) {
      byte[] hashes = tree.unfinished(level);
      if (hashes.length == 0) {
        continue;
      }
      TilePath path = TilePath.in(size, level, TilePath.nodesAt(level, size) / TilePath.FULL);
      if (!path.equals(partials.get(level))) {
        store.write(path, hashes);
      }
      now.add(path);
    }
    store.sync();
    SignedCheckpoint next = CheckpointNote.sign(size, tree.root(), signer);
    store.publish(next);
    published.writeLock().lock();
    try {
      checkpoint = next;
      drop(now);
    } finally {
      published.writeLock().unlock();
    }
  }

  private void drop(List<TilePath> now) throws IOException {
    List<TilePath> old = new ArrayList<>(partials.values());
    old.removeAll(now);
    partials.clear();
    now.forEach(path -> partials.put(path.level(), path));
    for (TilePath gone : old) {
      TilePath successor = partials.get(gone.level());
      boolean last = successor == null || successor.index() != gone.index();
      store.delete(gone, last);
    }
  }
}
