package io.keymantle.server;

import io.keymantle.control.PassphraseCheck;
import io.keymantle.keys.Keyring;
import io.keymantle.keys.RootKey;
import io.keymantle.secret.SecretBytes;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;

/// A person's passphrase is the one that opens the keyring.
record KeyringPassphrase(Path home, Keyring keyring) implements PassphraseCheck {
  @Override
  public boolean required() {
    return Keyring.protection(home) == RootKey.Protection.PASSPHRASE;
  }

  @Override
  public boolean matches(char[] passphrase) {
    ByteBuffer encoded = StandardCharsets.UTF_8.encode(CharBuffer.wrap(passphrase));
    byte[] bytes = new byte[encoded.remaining()];
    encoded.get(bytes);
    Arrays.fill(encoded.array(), (byte) 0);
    try (SecretBytes secret = SecretBytes.adopt("passphrase", bytes)) {
      return keyring.opensWith(new RootKey.Passphrase(secret));
    }
  }
}
