package io.keymantle.keys;

import io.keymantle.domain.ErrorCode;
import io.keymantle.domain.RefusedException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Set;
import java.util.function.BooleanSupplier;

/// Files that hold keys or values: written whole and durably or not at all, and read only when
/// nobody else can.
public final class PrivateFiles {
  private static final Set<PosixFilePermission> OWNER =
      PosixFilePermissions.fromString("rwx------");
  private static final int MAX_LENGTH = 1024 * 1024;

  private PrivateFiles() {}

  /// Replaces a file atomically: temporary file, fsync, rename, fsync of the directory.
  static void write(Path file, byte[] content, String permissions) {
    boolean _ = writeIf(file, content, permissions, () -> true);
  }

  /// The same, if that is still wanted when everything but the rename has been done.
  ///
  /// @return whether the file was replaced; if not, it is as it was
  /// @throws RefusedException with `store_unavailable`
  public static boolean writeIf(
      Path file, byte[] content, String permissions, BooleanSupplier stillWanted) {
    Path directory = parent(file);
    Path temporary = temporary(file);
    try {
      Files.deleteIfExists(temporary);
      try (FileChannel channel =
          FileChannel.open(
              temporary,
              Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
              PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions)))) {
        ByteBuffer buffer = ByteBuffer.wrap(content);
        while (buffer.hasRemaining()) {
          channel.write(buffer);
        }
        channel.force(true);
      }
      Files.setPosixFilePermissions(temporary, PosixFilePermissions.fromString(permissions));
      if (!stillWanted.getAsBoolean()) {
        return false;
      }
      Files.move(
          temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      forceDirectory(directory);
      return true;
    } catch (IOException e) {
      throw unwritable(file);
    } finally {
      deleteTemporary(file);
    }
  }

  /// Deletes what a write that went wrong, or that a crash cut off, has left beside the file; after
  /// one that went well there is nothing.
  public static void deleteTemporary(Path file) {
    try {
      Files.deleteIfExists(temporary(file));
    } catch (IOException e) {
      // The refusal of the write says more, and the next write deletes it first.
    }
  }

  private static Path temporary(Path file) {
    return parent(file).resolve("." + file.getFileName() + ".new");
  }

  /// Makes a directory that only its owner enters; an existing one must be so already.
  static void createDirectory(Path directory) {
    try {
      if (!Files.isDirectory(directory)) {
        Files.createDirectories(
            directory,
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        forceDirectory(parent(directory));
      }
    } catch (IOException e) {
      throw unwritable(directory);
    }
    requireOwnerOnly(directory);
  }

  /// Reads a file that must be regular and closed to group and others.
  ///
  /// @throws RefusedException with `home_missing` or `home_unsafe`
  static byte[] read(Path file) {
    if (!Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
      throw RefusedException.of(
          ErrorCode.HOME_MISSING, file + " does not exist", "run keymantle init");
    }
    if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
      throw RefusedException.of(
          ErrorCode.HOME_UNSAFE, file + " is not a regular file", "put the file itself there");
    }
    requireOwnerOnly(file);
    try {
      if (Files.size(file) > MAX_LENGTH) {
        throw RefusedException.of(
            ErrorCode.HOME_DAMAGED, file + " is far too long", "restore a backup");
      }
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw unreadable(file);
    }
  }

  /// The 32 bytes of a key file. The caller zeroes them.
  ///
  /// @throws RefusedException with `home_missing`, `home_unsafe` or `wrong_key`
  static byte[] readKeyFile(Path file) {
    byte[] content = read(file);
    if (content.length != Aead.KEY_LENGTH) {
      Aead.zero(content);
      throw RefusedException.of(
          ErrorCode.WRONG_KEY,
          file + " is not a key file of 32 bytes",
          "put back the key file that was made by keymantle init");
    }
    return content;
  }

  static void createKeyFile(Path file, SecureRandom random) {
    byte[] key = new byte[Aead.KEY_LENGTH];
    random.nextBytes(key);
    try {
      write(file, key, "rw-------");
    } finally {
      Aead.zero(key);
    }
  }

  private static void requireOwnerOnly(Path path) {
    try {
      Set<PosixFilePermission> actual =
          Files.getPosixFilePermissions(path, LinkOption.NOFOLLOW_LINKS);
      if (!OWNER.containsAll(actual)) {
        throw RefusedException.of(
            ErrorCode.HOME_UNSAFE,
            path + " is open to other users (" + PosixFilePermissions.toString(actual) + ")",
            "chmod go-rwx " + path);
      }
    } catch (IOException e) {
      throw unreadable(path);
    }
  }

  private static RefusedException unwritable(Path path) {
    return RefusedException.of(
        ErrorCode.STORE_UNAVAILABLE,
        path + " cannot be written",
        "free some space, or let the user who runs this write there");
  }

  private static RefusedException unreadable(Path path) {
    return RefusedException.of(
        ErrorCode.STORE_UNAVAILABLE,
        path + " cannot be read",
        "let the user who runs this own it: chown it to that user");
  }

  private static void forceDirectory(Path directory) throws IOException {
    try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  private static Path parent(Path file) {
    Path parent = file.toAbsolutePath().getParent();
    return parent == null ? file.toAbsolutePath() : parent;
  }
}
