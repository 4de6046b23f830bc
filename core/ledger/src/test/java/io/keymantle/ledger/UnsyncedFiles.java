package io.keymantle.ledger;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/// The real disk without the waiting for it: for tests that open hundreds of ledgers and cut no
/// power.
final class UnsyncedFiles implements LedgerFiles {
  private final LedgerFiles disk = new DiskFiles();

  @Override
  public OpenFile open(Path path) throws IOException {
    return new UnsyncedFile(disk.open(path));
  }

  @Override
  public void move(Path from, Path to) throws IOException {
    disk.move(from, to);
  }

  @Override
  public void delete(Path path) throws IOException {
    disk.delete(path);
  }

  @Override
  public void syncDirectory(Path directory) {}

  private record UnsyncedFile(OpenFile file) implements OpenFile {
    @Override
    public long size() throws IOException {
      return file.size();
    }

    @Override
    public int write(ByteBuffer bytes, long position) throws IOException {
      return file.write(bytes, position);
    }

    @Override
    public int read(ByteBuffer bytes, long position) throws IOException {
      return file.read(bytes, position);
    }

    @Override
    public void force() {}

    @Override
    public void close() throws IOException {
      file.close();
    }
  }
}
