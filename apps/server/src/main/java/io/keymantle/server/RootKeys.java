package io.keymantle.server;

import io.keymantle.cli.Invocation;
import io.keymantle.cli.Prompt;
import io.keymantle.cli.ValueInput;
import io.keymantle.domain.ErrorCode;
import io.keymantle.domain.HomeDirectory;
import io.keymantle.domain.RefusedException;
import io.keymantle.keys.Keyring;
import io.keymantle.keys.RootKey;
import io.keymantle.secret.SecretBytes;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/// Finds out what opens a home: its key file, or a passphrase that is read from standard input or
/// asked for without echo.
final class RootKeys {
  private static final int SHORTEST_PASSPHRASE = 8;

  private RootKeys() {}

  /// For a new home: the passphrase that was given, or a key file where nobody is there to type
  /// one.
  static RootKey forNewHome(Invocation invocation) throws IOException {
    boolean person = invocation.terminal().prompt().input() == Prompt.Input.PERSON;
    return invocation.flag("--passphrase-stdin") || person
        ? newPassphrase(invocation)
        : new RootKey.KeyFile(invocation.home().keyFile());
  }

  /// A passphrase that is to protect a home from now on; asked for twice where a person types it.
  static RootKey newPassphrase(Invocation invocation) throws IOException {
    byte[] first = ValueInput.read(invocation.terminal(), "New passphrase");
    if (invocation.terminal().prompt().input() == Prompt.Input.PERSON) {
      byte[] second = ValueInput.read(invocation.terminal(), "The same again");
      boolean same = Arrays.equals(first, second);
      Arrays.fill(second, (byte) 0);
      if (!same) {
        Arrays.fill(first, (byte) 0);
        throw RefusedException.of(
            ErrorCode.WRONG_KEY, "the two passphrases differ", "run the command again");
      }
    }
    return passphrase(first);
  }

  /// For a home that exists. Empty when it needs a passphrase and nobody is there to give it.
  static Optional<RootKey> forHome(Invocation invocation) throws IOException {
    HomeDirectory home = invocation.home();
    return switch (Keyring.protection(home.path())) {
      case KEY_FILE -> Optional.of(new RootKey.KeyFile(home.keyFile()));
      case PASSPHRASE -> {
        boolean person = invocation.terminal().prompt().input() == Prompt.Input.PERSON;
        yield invocation.flag("--passphrase-stdin") || person
            ? Optional.of(
                new RootKey.Passphrase(
                    SecretBytes.adopt(
                        "passphrase", ValueInput.read(invocation.terminal(), "Passphrase"))))
            : Optional.empty();
      }
    };
  }

  /// As [#forHome], where nothing can be done without.
  static RootKey require(Invocation invocation) throws IOException {
    return forHome(invocation)
        .orElseThrow(() ->
            RefusedException.of(
                ErrorCode.SESSION_REQUIRED,
                "this home opens with a passphrase",
                "pipe it into the same command: printf %s \"$PASSPHRASE\" | keymantle COMMAND"
                    + " --passphrase-stdin"));
  }

  /// A passphrase and the one that is to replace it, as two lines of standard input.
  static List<RootKey> twoLines(Invocation invocation) throws IOException {
    byte[] both = ValueInput.read(invocation.terminal(), "Passphrases");
    try {
      int end = 0;
      while (end < both.length && both[end] != '\n') {
        end++;
      }
      if (end == 0 || end >= both.length - 1) {
        throw RefusedException.of(
            ErrorCode.VALUE_UNUSABLE,
            "the old and the new passphrase are two lines of standard input",
            "printf '%s\\n%s' \"$OLD\" \"$NEW\" | keymantle rekey --passphrase-stdin"
                + " --new-passphrase-stdin");
      }
      return List.of(
          new RootKey.Passphrase(SecretBytes.adopt("passphrase", Arrays.copyOf(both, end))),
          passphrase(Arrays.copyOfRange(both, end + 1, both.length)));
    } finally {
      Arrays.fill(both, (byte) 0);
    }
  }

  private static RootKey passphrase(byte[] typed) {
    if (typed.length < SHORTEST_PASSPHRASE) {
      Arrays.fill(typed, (byte) 0);
      throw RefusedException.of(
          ErrorCode.VALUE_UNUSABLE,
          "a passphrase has at least " + SHORTEST_PASSPHRASE + " characters",
          "choose a longer one, such as five random words");
    }
    return new RootKey.Passphrase(SecretBytes.adopt("passphrase", typed));
  }
}
