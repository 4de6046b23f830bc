package io.keymantle.server;

import io.keymantle.cli.Command;
import java.util.Optional;

/// The table of the verbs that open a home.
final class ServerCommands {
  private ServerCommands() {}

  static Optional<Command> find(String name) {
    return switch (name) {
      case "init" -> Optional.of(new InitCommand());
      case "up" -> Optional.of(new UpCommand());
      case "ledger verify" -> Optional.of(new LedgerVerifyCommand());
      case "backup" -> Optional.of(new BackupCommand());
      case "restore" -> Optional.of(new RestoreCommand());
      case "rekey" -> Optional.of(new RekeyCommand());
      case "service install" -> Optional.of(new ServiceInstallCommand());
      case "service remove" -> Optional.of(new ServiceRemoveCommand());
      default -> Optional.empty();
    };
  }
}
