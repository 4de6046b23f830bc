package io.keymantle.ledger;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/// What the ledger asks of the file system when it writes. A seam for tests that make the disk
/// fail; the product uses [DiskFiles].
interface LedgerFiles {
  /// Opens for reading and writing, creating the file with mode 0600 when absent.
  OpenFile open(Path path) throws IOException;

  /// Replaces `to` by `from` in one step.
  void move(Path from, Path to) throws IOException;

  void delete(Path path) throws IOException;

  /// Makes the names in a directory durable.
  void syncDirectory(Path directory) throws IOException;

  /// An open file. Reads and writes are positional, so one writer and one reader may share it.
  interface OpenFile extends Closeable {
    long size() throws IOException;

    /// May write less than asked, as the system call may.
    int write(ByteBuffer bytes, long position) throws IOException;

    int read(ByteBuffer bytes, long position) throws IOException;

    /// Makes the data durable (fdatasync).
    void force() throws IOException;
  }

  /// Writes all, or throws.
  static void writeFully(OpenFile file, ByteBuffer bytes, long position) throws IOException {
    long at = position;
    while (bytes.hasRemaining()) {
      int written = file.write(bytes, at);
      if (written <= 0) {
        throw new IOException("the disk took no bytes");
      }
      at += written;
    }
  }

  /// Reads up to the buffer's limit or the end of the file.
  static void readFully(OpenFile file, ByteBuffer bytes, long position) throws IOException {
    long at = position;
    while (bytes.hasRemaining()) {
      int read = file.read(bytes, at);
      if (read < 0) {
        return;
      }
      at += read;
    }
  }
}
