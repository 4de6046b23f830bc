package io.keymantle.server;

import io.keymantle.cli.Command;
import io.keymantle.cli.CommandDescription;
import io.keymantle.cli.Describe;
import io.keymantle.cli.ExitStatus;
import io.keymantle.cli.Invocation;
import io.keymantle.cli.Prompt;
import io.keymantle.cli.UsageException;
import io.keymantle.control.EncryptedValue;
import io.keymantle.domain.HomeDirectory;
import io.keymantle.domain.LedgerEvent;
import io.keymantle.domain.TrustLevel;
import io.keymantle.factors.Factors;
import io.keymantle.keys.Envelopes;
import io.keymantle.keys.RootKey;
import io.keymantle.redeem.SecretValues;
import io.keymantle.store.sqlite.HomeLock;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// `rekey`: puts every value under a new key-encryption key and, where asked, the home under a new
/// passphrase.
final class RekeyCommand implements Command {
  @Override
  public CommandDescription describe() {
    return Describe.command("rekey", "Put all values under a new key.")
        .flag("--passphrase-stdin", "Read the home's passphrase from standard input.")
        .flag(
            "--new-passphrase",
            "Ask for a new passphrase on the terminal; it replaces passphrase or key file.")
        .flag(
            "--new-passphrase-stdin",
            "Read the new passphrase from standard input, after the old one when both are read"
                + " there.")
        .details("The broker must be down. A crash in the middle loses nothing: run it again.")
        .examples("keymantle rekey", "pipe it into: keymantle rekey --new-passphrase-stdin");
  }

  @Override
  public int run(Invocation invocation) throws IOException {
    HomeDirectory home = invocation.home();
    OpenHome.requireHome(home);
    HomePlace.requireOwn(home);
    List<RootKey> both = twoLines(invocation) ? RootKeys.twoLines(invocation) : List.of();
    RootKey current = both.isEmpty() ? RootKeys.require(invocation) : both.getFirst();
    Optional<RootKey> next = both.isEmpty() ? next(invocation) : Optional.of(both.getLast());
    int values;
    int version;
    try (HomeLock _ = HomeLock.take(home);
        OpenHome opened =
            OpenHome.open(home, current, TrustLevel.SAME_USER, HomeEnvironment.of(invocation))) {
      opened.ledger().appendAndAwait(event("intent"));
      version = opened.keyring().rotate();
      Envelopes envelopes = opened.keyring().envelopes();
      values =
          opened
              .store()
              .rewrapValues((name, number, value) ->
                  new EncryptedValue(
                      envelopes.rekey(SecretValues.identity(name, number), value.envelope())));
      values +=
          opened
              .store()
              .rewrapSeeds((person, number, seed) ->
                  new EncryptedValue(
                      envelopes.rekey(Factors.seedIdentity(person, number), seed.envelope())));
      opened.keyring().retireBefore(version);
      next.ifPresent(opened.keyring()::changeRootKey);
      opened.ledger().appendAndAwait(event("version " + version));
    }
    if (next.isPresent() && current instanceof RootKey.KeyFile(var file)) {
      Files.deleteIfExists(file);
    }
    invocation.say(
        invocation.json()
            ? Lines.json(Map.of("keyVersion", version, "values", values))
            : values
                + (values == 1 ? " value is under" : " values are under")
                + " key version "
                + version
                + (next.isPresent() ? "; the new passphrase opens the home" : ""));
    return ExitStatus.DONE;
  }

  private static LedgerEvent event(String step) {
    return BrokerEvents.fact(
        Clock.systemUTC(),
        LedgerEvent.Kind.KEY,
        "person:owner",
        Map.of("verb", "rekey", "step", step));
  }

  private static boolean twoLines(Invocation invocation) {
    return invocation.flag("--passphrase-stdin") && invocation.flag("--new-passphrase-stdin");
  }

  private static Optional<RootKey> next(Invocation invocation) throws IOException {
    boolean asked = invocation.flag("--new-passphrase");
    if (asked && invocation.terminal().prompt().input() != Prompt.Input.PERSON) {
      throw new UsageException(
          "--new-passphrase asks on a terminal, and there is none",
          "pipe it into: keymantle rekey --new-passphrase-stdin");
    }
    return asked || invocation.flag("--new-passphrase-stdin")
        ? Optional.of(RootKeys.newPassphrase(invocation))
        : Optional.empty();
  }
}
