package io.keymantle.ledger;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/// One preallocated file of the journal: a header frame with the index of its first entry, frames
/// of entries, then zeros. A file of zeros only is spare.
///
/// One thread appends; another may read what was appended before. Preallocated with zeros, since a
/// sync then writes data only and no metadata, which saves a third of its time.
final class JournalSegment {
  private static final int ZEROS = 1 << 20;

  private final Path path;
  private final LedgerFiles.OpenFile file;
  private final int capacity;
  private volatile int end;
  private volatile long first;

  private JournalSegment(Path path, LedgerFiles.OpenFile file, int capacity) {
    this.path = path;
    this.file = file;
    this.capacity = capacity;
  }

  /// Makes a spare segment, durably except for its name.
  static JournalSegment create(LedgerFiles files, Path path, int capacity) throws IOException {
    LedgerFiles.OpenFile file = files.open(path);
    try {
      var segment = new JournalSegment(path, file, capacity);
      segment.zero(0, capacity);
      return segment;
    } catch (IOException e) {
      file.close();
      throw e;
    }
  }

  /// Takes up a segment that was found at start-up, with its frames up to `end`.
  static JournalSegment reopen(LedgerFiles files, Path path, int capacity, long first, int end)
      throws IOException {
    var segment = new JournalSegment(path, files.open(path), capacity);
    segment.first = first;
    segment.end = end;
    return segment;
  }

  Path path() {
    return path;
  }

  int capacity() {
    return capacity;
  }

  /// Index of the first entry.
  long first() {
    return first;
  }

  /// Where the frames end.
  int end() {
    return end;
  }

  boolean fits(int length) {
    return capacity - end >= length;
  }

  /// Turns a spare segment into the current one. Durable with the next [#force].
  void start(long firstIndex, JournalTag tag) throws IOException {
    first = firstIndex;
    append(ByteBuffer.wrap(JournalFrame.header(firstIndex, Journal.number(path), tag)));
  }

  void append(ByteBuffer frame) throws IOException {
    int length = frame.remaining();
    LedgerFiles.writeFully(file, frame, end);
    // One thread appends; the field is volatile for the reader.
    int before = end;
    end = before + length;
  }

  void force() throws IOException {
    file.force();
  }

  /// The bytes from an offset up to the end of the frames or `limit` bytes.
  ByteBuffer read(int offset, int limit) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(Math.min(limit, end - offset));
    LedgerFiles.readFully(file, bytes, offset);
    return bytes.flip();
  }

  /// Clears what stands behind the frames.
  void clearBehind() throws IOException {
    zero(end, capacity);
  }

  private void zero(int from, int to) throws IOException {
    ByteBuffer zeros = ByteBuffer.allocateDirect(Math.min(ZEROS, to - from));
    for (int at = from; at < to; ) {
      zeros.clear().limit(Math.min(zeros.capacity(), to - at));
      int step = zeros.remaining();
      LedgerFiles.writeFully(file, zeros, at);
      at += step;
    }
    force();
  }

  void close() throws IOException {
    file.close();
  }
}
