package io.keymantle.ledger;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

/// A disk that fails at a chosen operation, and after it for ever or only once.
final class FaultyFiles implements LedgerFiles {
  /// What goes wrong.
  enum Fault {
    WRITE_FAILS,
    WRITE_CUT_SHORT,
    SYNC_FAILS,
    SYNC_HANGS,
    MOVE_FAILS
  }

  private final LedgerFiles disk = new UnsyncedFiles();
  private final AtomicReference<Fault> fault = new AtomicReference<>();
  private final AtomicInteger left = new AtomicInteger(Integer.MAX_VALUE);
  private final CountDownLatch released = new CountDownLatch(1);
  private final AtomicInteger afterFault = new AtomicInteger();
  private final AtomicReference<Path> failed = new AtomicReference<>();
  private volatile String message = "Input/output error";
  private volatile boolean onlyJournal;

  /// Fails the `countdown`-th operation of that kind from now, the first being 0.
  void arm(Fault what, int countdown, String why, boolean journalOnly) {
    message = why;
    onlyJournal = journalOnly;
    left.set(countdown);
    fault.set(what);
  }

  /// Writes and syncs of the failed file that were tried after the fault.
  int operationsAfterFault() {
    return afterFault.get();
  }

  /// Ends a hang.
  void release() {
    released.countDown();
  }

  private boolean hits(Path path, Fault... kinds) {
    Fault armed = fault.get();
    boolean journal = path.toString().contains("/journal/");
    if (armed == null || (onlyJournal && !journal)) {
      return false;
    }
    if (left.get() < 0) {
      afterFault.addAndGet(path.equals(failed.get()) ? 1 : 0);
      return false;
    }
    for (Fault kind : kinds) {
      if (armed == kind && left.getAndDecrement() == 0) {
        failed.set(path);
        return true;
      }
    }
    return false;
  }

  @Override
  public OpenFile open(Path path) throws IOException {
    return new FaultyFile(path, disk.open(path));
  }

  @Override
  public void move(Path from, Path to) throws IOException {
    if (hits(to, Fault.MOVE_FAILS)) {
      throw new IOException(message);
    }
    disk.move(from, to);
  }

  @Override
  public void delete(Path path) throws IOException {
    disk.delete(path);
  }

  @Override
  public void syncDirectory(Path directory) throws IOException {
    disk.syncDirectory(directory);
  }

  private final class FaultyFile implements OpenFile {
    private final Path path;
    private final OpenFile file;

    FaultyFile(Path path, OpenFile file) {
      this.path = path;
      this.file = file;
    }

    @Override
    public long size() throws IOException {
      return file.size();
    }

    @Override
    public int write(ByteBuffer bytes, long position) throws IOException {
      if (hits(path, Fault.WRITE_FAILS, Fault.WRITE_CUT_SHORT)) {
        if (fault.get() == Fault.WRITE_CUT_SHORT) {
          ByteBuffer part = bytes.slice(bytes.position(), bytes.remaining() / 2);
          bytes.position(bytes.position() + file.write(part, position));
        }
        throw new IOException(message);
      }
      return file.write(bytes, position);
    }

    @Override
    public int read(ByteBuffer bytes, long position) throws IOException {
      return file.read(bytes, position);
    }

    @Override
    public void force() throws IOException {
      if (hits(path, Fault.SYNC_FAILS, Fault.SYNC_HANGS)) {
        if (fault.get() == Fault.SYNC_FAILS) {
          throw new IOException(message);
        }
        try {
          released.await();
        } catch (InterruptedException e) {
          throw new IOException(e);
        }
      }
      file.force();
    }

    @Override
    public void close() throws IOException {
      file.close();
    }
  }
}
