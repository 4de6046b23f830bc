package io.keymantle.keys;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.keymantle.domain.ErrorCode;
import io.keymantle.domain.RefusedException;
import io.keymantle.secret.SecretAccess;
import io.keymantle.secret.SecretBytes;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/// What the tests of this room share: homes with a key file, since Argon2id takes its time.
final class KeyringFixture {
  static final Instant NOW = Instant.parse("2026-11-21T12:00:00Z");
  static final Clock CLOCK = Clock.fixed(NOW, ZoneOffset.UTC);
  static final SecureRandom RANDOM = new SecureRandom();

  private KeyringFixture() {}

  static Keyring create(Path home) {
    return Keyring.create(home, keyFile(home), "laptop", CLOCK, RANDOM);
  }

  static Keyring open(Path home) {
    return Keyring.open(home, keyFile(home), RANDOM);
  }

  static RootKey keyFile(Path home) {
    return new RootKey.KeyFile(Keyring.defaultKeyFile(home));
  }

  static RootKey passphrase(String text) {
    return new RootKey.Passphrase(secret(text));
  }

  static SecretBytes secret(String text) {
    return SecretBytes.adopt("test", text.getBytes(UTF_8));
  }

  static String read(SecretBytes secret) {
    StringBuilder text = new StringBuilder();
    secret.reveal(
        SecretAccess.insecureMint(),
        (bytes, offset, length) -> text.append(new String(bytes, offset, length, UTF_8)));
    return text.toString();
  }

  static byte[] bytesOf(SecretBytes secret) {
    byte[] copy = new byte[secret.length()];
    secret.reveal(
        SecretAccess.insecureMint(),
        (bytes, offset, length) -> System.arraycopy(bytes, offset, copy, 0, length));
    return copy;
  }

  static ErrorCode codeOf(ThrowingCallable call) {
    return catchThrowableOfType(RefusedException.class, call).problem().code();
  }
}
