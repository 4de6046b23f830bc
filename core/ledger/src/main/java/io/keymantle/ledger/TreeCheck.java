package io.keymantle.ledger;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Rebuilds the tree from its entries for [LedgerVerifier] and compares every tile with what was
/// built. Holds one bundle and one tile per level at a time, and what stands behind the checkpoint.
final class TreeCheck {
  private static final int MAX_BUNDLE = TilePath.FULL * (EntryEncoder.MAX_ENTRY + 2);

  private final Path ledger;
  private final long size;
  private final JournalCheck journal;
  private final VerificationFindings findings;
  private final VerificationFindings blamedTiles = new VerificationFindings();
  private final VerificationFindings blamedEntries = new VerificationFindings();
  private final MerkleTree tree = new MerkleTree();
  private final Map<Long, TreeHash> roots = new HashMap<>();
  private final Set<String> expected = new HashSet<>();
  private final Map<String, byte[]> built = new HashMap<>();

  TreeCheck(Path ledger, long size, JournalCheck journal, VerificationFindings findings) {
    this.ledger = ledger;
    this.size = size;
    this.journal = journal;
    this.findings = findings;
  }

  /// Checks all tiles and entries; `wanted` are the sizes whose roots are asked for later.
  void run(Set<Long> wanted) {
    roots.put(0L, tree.root());
    for (long start = 0; start < size; start += TilePath.FULL) {
      if (!checkBundle(start, wanted)) {
        return;
      }
    }
    checkUnfinished();
    roots.put(size, tree.root());
    buildPending();
  }

  /// The root of the first `count` entries, where that was asked for and could be built.
  Optional<TreeHash> root(long count) {
    return Optional.ofNullable(roots.get(count));
  }

  /// Whether a tile or bundle of this name belongs to the signed tree.
  boolean expects(String name) {
    return expected.contains(name);
  }

  /// Reports what differed. When the entries give the signed root, it is the tiles that were
  /// changed; else the entries come first.
  void report(boolean entriesGiveSignedRoot) {
    if (!entriesGiveSignedRoot) {
      blamedEntries.problems().forEach(f -> findings.problem(f.file(), f.offset(), f.message()));
    }
    blamedTiles.problems().forEach(f -> findings.problem(f.file(), f.offset(), f.message()));
  }

  /// Whether a tile that the signed tree does not need holds what it should: the beginning of the
  /// tile of that index, as a crash leaves it.
  boolean isLeftover(String name) throws IOException {
    int partial = name.indexOf(".p/");
    String full = partial < 0 ? name : name.substring(0, partial);
    Optional<Integer> width = partial < 0 ? Optional.of(256) : width(name.substring(partial + 3));
    if (width.isEmpty() || Files.size(ledger.resolve(name)) > MAX_BUNDLE) {
      return false;
    }
    byte[] whole = built.containsKey(full) ? built.get(full) : onDisk(full);
    byte[] found = Files.readAllBytes(ledger.resolve(name));
    if (whole == null || found.length > whole.length) {
      return false;
    }
    boolean prefix = Arrays.equals(found, 0, found.length, whole, 0, found.length);
    int count =
        full.startsWith("tile/entries/")
            ? EntryBundle.split(found).size()
            : found.length / Hashes.LENGTH;
    return prefix && count == width.get();
  }

  /// The tile of an index in the signed tree, whose content was checked.
  private byte @Nullable [] onDisk(String full) throws IOException {
    for (String name : expected) {
      if (name.equals(full) || name.startsWith(full + ".p/")) {
        return Files.readAllBytes(ledger.resolve(name));
      }
    }
    return null;
  }

  private static Optional<Integer> width(String text) {
    return text.matches("[1-9][0-9]{0,2}") && Integer.parseInt(text) < TilePath.FULL
        ? Optional.of(Integer.parseInt(text))
        : Optional.empty();
  }

  private boolean checkBundle(long start, Set<Long> wanted) {
    long number = start / TilePath.FULL;
    TilePath bundle = TilePath.in(size, TilePath.ENTRIES, number);
    TilePath tile = TilePath.in(size, 0, number);
    Optional<byte[]> bytes = read(bundle.text(), MAX_BUNDLE);
    List<byte[]> entries = bytes.map(EntryBundle::split).orElse(List.of());
    if (bytes.isPresent() && entries.size() != bundle.width()) {
      findings.problem(bundle.text(), "does not hold its " + bundle.width() + " entries");
    }
    Optional<byte[]> hashes = read(tile.text(), TilePath.FULL * Hashes.LENGTH);
    boolean readable = entries.size() == bundle.width();
    int length = tile.width() * Hashes.LENGTH;
    if (hashes.isPresent() && hashes.get().length != length) {
      findings.problem(tile.text(), "does not have " + length + " bytes");
      hashes = Optional.empty();
    }
    if (!readable && hashes.isEmpty()) {
      return false;
    }
    long offset = 0;
    boolean compared = false;
    for (int i = 0; i < bundle.width(); i++) {
      long index = start + i;
      byte[] leaf;
      if (readable) {
        byte[] entry = entries.get(i);
        leaf = tree.leafHash(entry, 0, entry.length);
        compared = compared || differs(leaf, hashes, i, bundle, offset, index);
        offset += 2 + entry.length;
      } else {
        int at = i * Hashes.LENGTH;
        leaf = Arrays.copyOfRange(hashes.orElseThrow(), at, at + Hashes.LENGTH);
      }
      compareWithJournal(index, leaf);
      tree.append(leaf, this::compareFull);
      if (wanted.contains(index + 1)) {
        roots.put(index + 1, tree.root());
      }
    }
    return true;
  }

  /// Whether the entry's hash is not the one of the tile; says so for the entry and for the tile.
  private boolean differs(
      byte[] leaf, Optional<byte[]> hashes, int place, TilePath bundle, long offset, long index) {
    int at = place * Hashes.LENGTH;
    if (hashes.isEmpty()
        || Arrays.equals(leaf, 0, leaf.length, hashes.get(), at, at + Hashes.LENGTH)) {
      return false;
    }
    blamedEntries.problem(
        bundle.text(), offset, "entry " + index + " is not the one that was logged");
    return true;
  }

  private void compareWithJournal(long index, byte[] leaf) {
    JournalCheck.KnownLeaf known = journal.known().get(index);
    if (known != null && !Arrays.equals(known.hash(), leaf)) {
      findings.problem(
          known.file(), known.offset(), "entry " + index + " is not the one in the tree");
    }
  }

  private void compareFull(int level, long index, byte[] hashes) {
    compare(new TilePath(level, index, TilePath.FULL), hashes);
  }

  private void checkUnfinished() {
    for (int level = 0; level < tree.levels(); level++) {
      byte[] hashes = tree.unfinished(level);
      if (hashes.length > 0) {
        compare(TilePath.in(size, level, TilePath.nodesAt(level, size) / TilePath.FULL), hashes);
      }
    }
  }

  private void compare(TilePath path, byte[] hashes) {
    Optional<byte[]> stored =
        path.level() == 0
            ? readQuietly(path.text())
            : read(path.text(), TilePath.FULL * Hashes.LENGTH);
    if (stored.isEmpty()) {
      return;
    }
    int at = Arrays.mismatch(stored.get(), hashes);
    if (at >= 0) {
      blamedTiles.problem(path.text(), at, "is not the hash of what lies below it");
    }
  }

  /// The tiles of the lowest level were read, and reported when absent, with their bundle.
  private Optional<byte[]> readQuietly(String name) {
    try {
      return Optional.of(Files.readAllBytes(ledger.resolve(name)));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private Optional<byte[]> read(String name, int limit) {
    expected.add(name);
    Path path = ledger.resolve(name);
    try {
      if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
        findings.problem(name, "is missing");
      } else if (!Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS)) {
        findings.problem(name, "is not a file");
      } else if (Files.size(path) > limit) {
        findings.problem(name, limit, "is longer than it can be");
      } else {
        return Optional.of(Files.readAllBytes(path));
      }
    } catch (IOException e) {
      findings.problem(name, "cannot be read");
    }
    return Optional.empty();
  }

  /// Builds what the next start will write, to compare with what a crash may have left of it.
  private void buildPending() {
    var bundle = new ByteArrayOutputStream();
    if (size % TilePath.FULL != 0) {
      bundle.writeBytes(
          readQuietly(TilePath.in(size, TilePath.ENTRIES, size / TilePath.FULL).text())
              .orElse(new byte[0]));
    }
    for (byte[] entry : journal.pending()) {
      bundle.write(entry.length >> 8);
      bundle.write(entry.length);
      bundle.writeBytes(entry);
      long number = tree.size() / TilePath.FULL;
      String name = new TilePath(TilePath.ENTRIES, number, TilePath.FULL).text();
      built.put(name, bundle.toByteArray());
      if ((tree.size() + 1) % TilePath.FULL == 0) {
        bundle.reset();
      }
      tree.append(
          tree.leafHash(entry, 0, entry.length),
          (level, index, hashes) ->
              built.put(new TilePath(level, index, TilePath.FULL).text(), hashes));
    }
    for (int level = 0; level < tree.levels(); level++) {
      long index = TilePath.nodesAt(level, tree.size()) / TilePath.FULL;
      byte[] hashes = tree.unfinished(level);
      if (hashes.length > 0) {
        built.put(new TilePath(level, index, TilePath.FULL).text(), hashes);
      }
    }
  }
}
