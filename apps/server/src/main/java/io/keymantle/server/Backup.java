package io.keymantle.server;

import io.keymantle.domain.ErrorCode;
import io.keymantle.domain.HomeDirectory;
import io.keymantle.domain.LedgerEvent;
import io.keymantle.domain.RefusedException;
import io.keymantle.keys.BackupFile;
import io.keymantle.keys.BackupKey;
import io.keymantle.keys.RootKey;
import io.keymantle.secret.SecretBytes;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/// A backup: everything of a home in one encrypted file, from which another home can be made.
///
/// Inside the encryption it is a sequence of (path, length, bytes), ended by an empty path. It
/// holds the store as a consistent snapshot, the keyring (encrypted as in the home), the
/// configuration, and the ledger.
final class Backup {
  private static final int FORMAT = 1;
  private static final long LARGEST_FILE = 1L << 40;

  private Backup() {}

  /// Writes a backup of an open home.
  ///
  /// @param passphrase protects the file, zeroed afterwards; empty: what opens the home opens the
  ///   backup
  /// @throws RefusedException with `already_exists` or `store_unavailable`; no half-written file is
  ///   left
  static void write(OpenHome home, Path target, Optional<byte[]> passphrase) {
    Path file = target.toAbsolutePath();
    if (Files.exists(file)) {
      throw RefusedException.of(
          ErrorCode.ALREADY_EXISTS,
          "there is a file " + file + " already",
          "name a file that does not exist");
    }
    Path fresh = file.resolveSibling(file.getFileName() + ".part");
    record(home, LedgerEvent.Kind.BACKUP, LedgerEvent.Phase.INTENT);
    try (BackupKey key = key(home, passphrase)) {
      Files.deleteIfExists(fresh);
      Files.createFile(
          fresh,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
      try (OutputStream raw = Files.newOutputStream(fresh);
          DataOutputStream out =
              new DataOutputStream(BackupFile.write(raw, key, new SecureRandom()))) {
        out.writeInt(FORMAT);
        writeFiles(home, out);
        out.writeUTF("");
      }
      WholeFile.force(fresh);
      Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
      WholeFile.force(Objects.requireNonNull(file.getParent()));
    } catch (IOException e) {
      deleteQuietly(fresh);
      throw RefusedException.of(
          ErrorCode.STORE_UNAVAILABLE,
          "the backup cannot be written to " + file + " (" + reason(e) + ")",
          "name a file on a disk with room, in a folder that is there and may be written");
    } catch (RuntimeException e) {
      deleteQuietly(fresh);
      throw e;
    }
    record(home, LedgerEvent.Kind.BACKUP, LedgerEvent.Phase.OUTCOME);
  }

  /// A failure of the file system names the file only; its class says what happened.
  private static String reason(IOException e) {
    String message = e.getMessage();
    return message == null || e instanceof FileSystemException
        ? e.getClass().getSimpleName()
        : message;
  }

  private static void record(OpenHome home, LedgerEvent.Kind kind, LedgerEvent.Phase phase) {
    LedgerEvent fact =
        BrokerEvents.fact(
            Clock.systemUTC(),
            kind,
            "person:owner",
            Map.of("verb", "backup", "step", phase.toString()));
    home.ledger().appendAndAwait(fact);
  }

  private static BackupKey key(OpenHome home, Optional<byte[]> passphrase) {
    if (passphrase.isEmpty()) {
      return home.keyring().backupKey();
    }
    try (SecretBytes secret = SecretBytes.adopt("backup passphrase", passphrase.get())) {
      return BackupKey.create(new RootKey.Passphrase(secret), new SecureRandom());
    }
  }

  private static void writeFiles(OpenHome home, DataOutputStream out) throws IOException {
    HomeDirectory directory = home.directory();
    Path snapshot = directory.run().resolve("backup.db");
    Files.deleteIfExists(snapshot);
    try {
      home.store().snapshot(snapshot);
      writeFile(out, "keymantle.db", snapshot);
    } finally {
      deleteQuietly(snapshot);
    }
    home.ledger().checkpoint();
    for (String name : List.of("keys/keyring", "config.json", "ledger.pub")) {
      Path file = directory.path().resolve(name);
      if (Files.exists(file)) {
        writeFile(out, name, file);
      }
    }
    for (Path file : ledgerFiles(directory)) {
      writeFile(out, directory.path().relativize(file).toString(), file);
    }
  }

  /// The checkpoint first: tiles that the log adds meanwhile are not covered by it and are
  /// harmless, the other way round they would be missing.
  private static List<Path> ledgerFiles(HomeDirectory directory) throws IOException {
    List<Path> files = new ArrayList<>(List.of(directory.ledger().resolve("checkpoint")));
    try (Stream<Path> tiles = Files.walk(directory.ledger().resolve("tile"))) {
      tiles.filter(Files::isRegularFile).sorted().forEach(files::add);
    }
    return files;
  }

  private static void writeFile(DataOutputStream out, String name, Path file) throws IOException {
    long length = Files.size(file);
    out.writeUTF(name);
    out.writeLong(length);
    try (InputStream in = Files.newInputStream(file)) {
      // Never whole in memory: a store may be larger than the broker's heap. A file that shrinks
      // meanwhile fails the backup.
      copy(in, out, length);
    }
  }

  /// Unpacks a backup into a folder that is empty.
  ///
  /// @throws RefusedException with `wrong_key`, `backup_damaged` or `schema_newer`
  static void unpack(Path backup, RootKey key, Path target) throws IOException {
    try (InputStream raw = Files.newInputStream(backup);
        DataInputStream in = new DataInputStream(BackupFile.read(raw, key))) {
      if (in.readInt() != FORMAT) {
        throw damaged();
      }
      for (String name = in.readUTF(); !name.isEmpty(); name = in.readUTF()) {
        long length = in.readLong();
        Path file = target.resolve(name).normalize();
        if (!file.startsWith(target) || length < 0 || length > LARGEST_FILE) {
          throw damaged();
        }
        Files.createDirectories(
            Objects.requireNonNull(file.getParent()),
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        Files.createFile(
            file,
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        try (OutputStream out = Files.newOutputStream(file)) {
          copy(in, out, length);
        }
        WholeFile.force(file);
      }
      if (in.read() >= 0) {
        throw damaged();
      }
    } catch (java.io.EOFException e) {
      throw damaged();
    }
  }

  private static void copy(InputStream in, OutputStream out, long length) throws IOException {
    byte[] piece = new byte[64 * 1024];
    long left = length;
    while (left > 0) {
      int read = in.read(piece, 0, (int) Math.min(piece.length, left));
      if (read < 0) {
        throw damaged();
      }
      out.write(piece, 0, read);
      left -= read;
    }
  }

  private static RefusedException damaged() {
    return RefusedException.of(
        ErrorCode.BACKUP_DAMAGED,
        "the backup is not whole",
        "use another copy of the backup; nothing was changed");
  }

  private static void deleteQuietly(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      System.getLogger("io.keymantle.server")
          .log(System.Logger.Level.WARNING, "could not delete " + file);
    }
  }
}
