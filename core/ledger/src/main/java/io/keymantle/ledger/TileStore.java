package io.keymantle.ledger;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/// The files of the tree: tiles, entry bundles and the checkpoint, each written beside and moved
/// into its place. Writing is for one thread at a time.
final class TileStore {
  static final String CHECKPOINT = "checkpoint";
  static final String TILES = "tile";
  static final String TEMPORARY = "tmp";

  private final LedgerFiles files;
  private final Path ledger;
  private final Set<Path> known = new HashSet<>();
  private final Set<Path> unsynced = new HashSet<>();
  private long lastTemporary;

  TileStore(LedgerFiles files, Path ledger) {
    this.files = files;
    this.ledger = ledger;
  }

  /// Makes the directories and drops what a crash left half-written.
  void prepare() throws IOException {
    Path temporary = ledger.resolve(TEMPORARY);
    DiskFiles.createDirectories(temporary);
    DiskFiles.createDirectories(ledger.resolve(TILES));
    try (Stream<Path> left = Files.list(temporary)) {
      for (Path file : left.toList()) {
        files.delete(file);
      }
    }
  }

  boolean hasTiles() throws IOException {
    try (Stream<Path> tiles = Files.list(ledger.resolve(TILES))) {
      return tiles.findAny().isPresent();
    }
  }

  Optional<byte[]> readCheckpoint() throws IOException {
    try {
      return Optional.of(Files.readAllBytes(ledger.resolve(CHECKPOINT)));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
  }

  /// The hashes of a tile. A partial tile may also be read from the full one that replaced it.
  byte[] readHashes(TilePath tile) throws IOException {
    int length = tile.width() * Hashes.LENGTH;
    byte[] bytes = readAny(tile);
    if (bytes.length < length) {
      throw new IOException("the tile " + tile.text() + " is too short");
    }
    return Arrays.copyOf(bytes, length);
  }

  /// The entries of a bundle.
  List<byte[]> readEntries(TilePath bundle) throws IOException {
    List<byte[]> entries = EntryBundle.split(readAny(bundle));
    if (entries.size() < bundle.width()) {
      throw new IOException("the entry bundle " + bundle.text() + " is too short");
    }
    return entries.subList(0, bundle.width());
  }

  private byte[] readAny(TilePath tile) throws IOException {
    try {
      return Files.readAllBytes(ledger.resolve(tile.text()));
    } catch (NoSuchFileException missing) {
      if (tile.isFull()) {
        throw missing;
      }
      return Files.readAllBytes(ledger.resolve(tile.fullText()));
    }
  }

  /// Writes a tile or bundle; durable after [#sync].
  void write(TilePath tile, byte[] bytes) throws IOException {
    write(tile.text(), bytes);
  }

  /// Makes the names of all written tiles durable; their content is already.
  void sync() throws IOException {
    for (Path directory : unsynced) {
      files.syncDirectory(directory);
    }
    unsynced.clear();
  }

  /// Replaces the checkpoint, durably.
  void publish(SignedCheckpoint checkpoint) throws IOException {
    byte[] note = checkpoint.note().getBytes(java.nio.charset.StandardCharsets.UTF_8);
    write(CHECKPOINT, note);
    sync();
  }

  /// Drops a partial tile that a wider one has replaced.
  void delete(TilePath partial, boolean last) throws IOException {
    files.delete(ledger.resolve(partial.text()));
    if (last) {
      deleteIfEmpty(ledger.resolve(partial.fullText() + ".p"));
    }
  }

  /// Drops the partial tiles of an index whose width is not the one given.
  void deleteOthers(TilePath kept) throws IOException {
    Path directory = ledger.resolve(kept.fullText() + ".p");
    if (!Files.isDirectory(directory)) {
      return;
    }
    try (Stream<Path> found = Files.list(directory)) {
      for (Path file : found.toList()) {
        if (kept.isFull() || !file.getFileName().toString().equals(kept.width() + "")) {
          files.delete(file);
        }
      }
    }
    deleteIfEmpty(directory);
  }

  private void deleteIfEmpty(Path directory) throws IOException {
    try (Stream<Path> found = Files.list(directory)) {
      if (found.findAny().isPresent()) {
        return;
      }
    }
    known.remove(directory);
    files.delete(directory);
  }

  private void write(String name, byte[] bytes) throws IOException {
    Path directory = directoryOf(name);
    lastTemporary++;
    Path temporary = ledger.resolve(TEMPORARY).resolve(Long.toString(lastTemporary));
    try (LedgerFiles.OpenFile file = files.open(temporary)) {
      LedgerFiles.writeFully(file, ByteBuffer.wrap(bytes), 0);
      file.force();
    }
    files.move(temporary, ledger.resolve(name));
    unsynced.add(directory);
  }

  /// The directory of a file, made when absent, with all above it to be synced then.
  private Path directoryOf(String name) throws IOException {
    int end = name.lastIndexOf('/');
    Path directory = end < 0 ? ledger : ledger.resolve(name.substring(0, end));
    if (known.add(directory)) {
      DiskFiles.createDirectories(directory);
      for (; end > 0; end = name.lastIndexOf('/', end - 1)) {
        unsynced.add(ledger.resolve(name.substring(0, end)));
      }
      unsynced.add(ledger);
    }
    return directory;
  }
}
