package io.keymantle.server;

import io.keymantle.cli.Command;
import io.keymantle.cli.CommandDescription;
import io.keymantle.cli.Describe;
import io.keymantle.cli.ExitStatus;
import io.keymantle.cli.Invocation;
import io.keymantle.cli.UsageException;
import io.keymantle.domain.TrustLevel;
import io.keymantle.keys.RootKey;
import io.keymantle.store.sqlite.HomeLock;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/// `backup`: writes an encrypted backup. A running broker writes it itself; otherwise the home is
/// opened here.
final class BackupCommand implements Command {
  @Override
  public CommandDescription describe() {
    return Describe.command("backup", "Write an encrypted backup of the home.")
        .argument(0, "FILE", "Where to; it must not exist.")
        .flag(
            "--passphrase-stdin",
            "The home's passphrase, from standard input, when no broker runs.")
        .details(
            "The backup holds everything: store, keys, rules and ledger. What opens the home opens"
                + " the",
            "backup: its passphrase, or a copy of its key file (keep one elsewhere).")
        .examples("keymantle backup home.backup");
  }

  @Override
  public int run(Invocation invocation) throws IOException {
    OpenHome.requireHome(invocation.home());
    String name = invocation.argument(0);
    if (name.isEmpty()) {
      throw new UsageException("where to is missing", "keymantle backup FILE");
    }
    Path target = Path.of(name).toAbsolutePath();
    if (!new RunningBroker(invocation).backup(target)) {
      RootKey key = RootKeys.require(invocation);
      HomePlace.requireOwn(invocation.home());
      try (HomeLock _ = HomeLock.take(invocation.home());
          OpenHome home =
              OpenHome.open(
                  invocation.home(), key, TrustLevel.SAME_USER, HomeEnvironment.of(invocation))) {
        Backup.write(home, target, Optional.empty());
      }
    }
    invocation.say(
        invocation.json() ? Lines.json(Map.of("backup", target.toString())) : "wrote " + target);
    return ExitStatus.DONE;
  }
}
