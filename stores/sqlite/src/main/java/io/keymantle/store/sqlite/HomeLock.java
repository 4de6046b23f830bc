package io.keymantle.store.sqlite;

import io.keymantle.domain.ErrorCode;
import io.keymantle.domain.HomeDirectory;
import io.keymantle.domain.RefusedException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/// Holds a home for one process: a lock of the operating system on `run/lock`, which ends with the
/// process however that ends. The file names the holder.
///
/// Take it once in a process: where locks belong to processes (POSIX), closing a second attempt of
/// the same process lets go of the first.
public final class HomeLock implements AutoCloseable {
  private static final int LONGEST_PID = 20;

  private final FileChannel channel;

  private HomeLock(FileChannel channel) {
    this.channel = channel;
  }

  /// Takes the lock, without waiting.
  ///
  /// @throws RefusedException with `home_locked` naming the holder, `home_missing`, or
  ///   `store_unavailable` when the file cannot be written or is a symbolic link
  public static HomeLock take(HomeDirectory home) {
    try {
      if (!Files.isDirectory(home.path())) {
        throw RefusedException.of(
            ErrorCode.HOME_MISSING, "there is no home in " + home.path(), "keymantle init");
      }
      if (!Files.isDirectory(home.run())) {
        Files.createDirectory(
            home.run(),
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
      }
      return take(home.lock());
    } catch (IOException e) {
      throw RefusedException.of(
          ErrorCode.STORE_UNAVAILABLE,
          home.lock() + " cannot be locked",
          "free some space, or let the user who runs this own the home");
    }
  }

  private static HomeLock take(Path file) throws IOException {
    FileChannel channel =
        FileChannel.open(
            file,
            Set.of(
                StandardOpenOption.CREATE,
                StandardOpenOption.READ,
                StandardOpenOption.WRITE,
                LinkOption.NOFOLLOW_LINKS),
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    try {
      FileLock lock = channel.tryLock();
      if (lock == null) {
        throw held(channel);
      }
      channel.truncate(0);
      String pid = ProcessHandle.current().pid() + "\n";
      channel.write(ByteBuffer.wrap(pid.getBytes(StandardCharsets.US_ASCII)), 0);
      return new HomeLock(channel);
    } catch (OverlappingFileLockException e) {
      RefusedException refused = held(channel);
      channel.close();
      throw refused;
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  private static RefusedException held(FileChannel channel) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(LONGEST_PID);
    channel.read(bytes, 0);
    String pid = new String(bytes.array(), 0, bytes.position(), StandardCharsets.US_ASCII).strip();
    String holder = pid.matches("[0-9]+") ? "process " + pid : "another process";
    return RefusedException.of(
        ErrorCode.HOME_LOCKED, holder + " holds this home", "keymantle down, then try again");
  }

  /// Lets go. Idempotent. The file stays: removing it would let two holders in.
  @Override
  public void close() {
    try {
      if (channel.isOpen()) {
        channel.truncate(0);
        channel.close();
      }
    } catch (IOException e) {
      throw new UncheckedIOException("failed to release the lock of the home", e);
    }
  }
}
