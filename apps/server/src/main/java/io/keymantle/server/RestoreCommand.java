package io.keymantle.server;

import io.keymantle.cli.Command;
import io.keymantle.cli.CommandDescription;
import io.keymantle.cli.Describe;
import io.keymantle.cli.ExitStatus;
import io.keymantle.cli.Invocation;
import io.keymantle.cli.UsageException;
import io.keymantle.cli.ValueInput;
import io.keymantle.domain.ErrorCode;
import io.keymantle.domain.HomeDirectory;
import io.keymantle.domain.LedgerEvent;
import io.keymantle.domain.RefusedException;
import io.keymantle.domain.TrustLevel;
import io.keymantle.keys.RootKey;
import io.keymantle.secret.SecretBytes;
import io.keymantle.store.sqlite.HomeLock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.util.Comparator;
import java.util.Map;
import java.util.stream.Stream;

/// `restore`: makes a home from a backup. Every grant in it is revoked and the epoch rises, so that
/// tokens of before stay dead.
final class RestoreCommand implements Command {
  @Override
  public CommandDescription describe() {
    return Describe.command("restore", "Make a home from a backup; every grant in it is revoked.")
        .argument(0, "FILE", "The backup.")
        .option("--key-file", "FILE", "The key file of the home that was backed up.")
        .flag("--passphrase-stdin", "Read the passphrase of the backup from standard input.")
        .details("The home must not exist yet. Nothing is left behind when the restore fails.")
        .examples(
            "keymantle restore home.backup", "keymantle restore home.backup --key-file saved.key");
  }

  @Override
  public int run(Invocation invocation) throws IOException {
    HomeDirectory home = invocation.home();
    if (invocation.argument(0).isEmpty() || !Files.isReadable(Path.of(invocation.argument(0)))) {
      throw new UsageException("the backup cannot be read", "keymantle restore FILE");
    }
    if (Files.exists(home.keyring())) {
      throw RefusedException.of(
          ErrorCode.ALREADY_EXISTS,
          "there is a home in " + home.path() + " already",
          "restore into another: KEYMANTLE_HOME=DIR keymantle restore FILE");
    }
    HomePlace.requireUsable(home);
    requireEmpty(home.path());
    RootKey key = key(invocation);
    Files.createDirectories(parent(home));
    Path fresh =
        Files.createTempDirectory(
            parent(home),
            ".keymantle-restore",
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    try {
      Backup.unpack(Path.of(invocation.argument(0)), key, fresh);
      if (key instanceof RootKey.KeyFile(Path file)) {
        Path copy = new HomeDirectory(fresh).keyFile();
        Files.copy(file, copy, StandardCopyOption.COPY_ATTRIBUTES);
        Files.setPosixFilePermissions(copy, PosixFilePermissions.fromString("rw-------"));
      }
      long epoch =
          renew(
              new HomeDirectory(fresh),
              key instanceof RootKey.KeyFile
                  ? new RootKey.KeyFile(new HomeDirectory(fresh).keyFile())
                  : key,
              invocation.terminal().environment());
      if (Files.isDirectory(home.path())) {
        Files.delete(home.path());
      }
      Files.move(fresh, home.path(), StandardCopyOption.ATOMIC_MOVE);
      WholeFile.force(parent(home));
      invocation.say(
          invocation.json()
              ? Lines.json(Map.of("home", home.path().toString(), "epoch", epoch))
              : "restored " + home.path() + "; every earlier grant is revoked; next: keymantle up");
      return ExitStatus.DONE;
    } finally {
      delete(fresh);
    }
  }

  private static void requireEmpty(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      return;
    }
    try (Stream<Path> content = Files.list(folder)) {
      if (content.findAny().isPresent()) {
        throw RefusedException.of(
            ErrorCode.ALREADY_EXISTS,
            folder + " is not empty",
            "move what is in it elsewhere, or restore into another: KEYMANTLE_HOME=DIR keymantle"
                + " restore FILE");
      }
    }
  }

  private static Path parent(HomeDirectory home) {
    Path parent = home.path().getParent();
    if (parent == null) {
      throw new UsageException("the root of the file system is no home", "KEYMANTLE_HOME=DIR");
    }
    return parent;
  }

  private static RootKey key(Invocation invocation) throws IOException {
    if (invocation.has("--key-file")) {
      return new RootKey.KeyFile(Path.of(invocation.text("--key-file")).toAbsolutePath());
    }
    byte[] passphrase = ValueInput.read(invocation.terminal(), "Passphrase of the backup");
    return new RootKey.Passphrase(SecretBytes.adopt("passphrase", passphrase));
  }

  /// Opens the unpacked home once, so that what is wrong with it is found before it stands where a
  /// home belongs.
  private static long renew(HomeDirectory home, RootKey key, Map<String, String> environment)
      throws IOException {
    Files.createDirectories(home.run());
    Files.createDirectories(home.logs());
    try (HomeLock _ = HomeLock.take(home);
        OpenHome opened =
            OpenHome.open(home, key, TrustLevel.SAME_USER, HomeEnvironment.of(home, environment))) {
      opened.ledger().appendAndAwait(event("intent"));
      long epoch = opened.store().settings().bumpEpoch(Clock.systemUTC().instant());
      opened.keyring().publishCertificate();
      opened.ledger().appendAndAwait(event("epoch " + epoch));
      return epoch;
    }
  }

  private static LedgerEvent event(String step) {
    return BrokerEvents.fact(
        Clock.systemUTC(),
        LedgerEvent.Kind.RESTORE,
        "person:owner",
        Map.of("verb", "restore", "step", step));
  }

  private static void delete(Path folder) throws IOException {
    if (!Files.exists(folder)) {
      return;
    }
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    }
  }
}
