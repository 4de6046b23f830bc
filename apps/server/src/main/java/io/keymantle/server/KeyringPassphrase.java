package io.keymantle.server;

import io.keymantle.control.PassphraseCheck;
import io.keymantle.keys.Keyring;
import io.keymantle.keys.RootKey;
import io.keymantle.secret.SecretBytes;
import java.nio.file.Path;

/// A person's passphrase is the one that opens the keyring.
record KeyringPassphrase(Path home, Keyring keyring) implements PassphraseCheck {
  @Override
  public boolean required() {
    return Keyring.protection(home) == RootKey.Protection.PASSPHRASE;
  }

  @Override
  public boolean matches(char[] passphrase) {
    try (SecretBytes secret = Passphrases.secret(passphrase)) {
      return keyring.opensWith(new RootKey.Passphrase(secret));
    }
  }
}
