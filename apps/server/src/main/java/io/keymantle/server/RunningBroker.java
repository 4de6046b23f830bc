package io.keymantle.server;

import io.keymantle.cli.Invocation;
import io.keymantle.domain.ErrorCode;
import io.keymantle.domain.RefusedException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;

/// The broker that holds the home at this moment, if there is one.
record RunningBroker(Invocation invocation) {

  /// Has it write a backup. False when no broker runs.
  ///
  /// A broker of another user, as the system service's is for root, writes into its home, from
  /// where the file is taken: elsewhere it may not write, and its temporary folder is not the
  /// caller's.
  boolean backup(Path target) throws IOException {
    if (isOwn()) {
      return ask(target);
    }
    if (Files.exists(target)) {
      throw RefusedException.of(
          ErrorCode.ALREADY_EXISTS,
          "there is a file " + target + " already",
          "name a file that does not exist");
    }
    Path within = invocation.home().run().resolve("backup");
    Files.deleteIfExists(within);
    try {
      if (!ask(within)) {
        return false;
      }
      Files.createFile(
          target,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
      try (OutputStream out = Files.newOutputStream(target)) {
        Files.copy(within, out);
      }
      return true;
    } finally {
      Files.deleteIfExists(within);
    }
  }

  private boolean isOwn() throws IOException {
    return Files.getOwner(invocation.home().path())
        .getName()
        .equals(System.getProperty("user.name"));
  }

  private boolean ask(Path target) throws IOException {
    try {
      invocation.askBroker("POST", "/v1/backups", Map.of("path", target.toString()));
      return true;
    } catch (RefusedException e) {
      if (e.problem().code() == ErrorCode.BROKER_UNREACHABLE) {
        return false;
      }
      throw e;
    }
  }
}
