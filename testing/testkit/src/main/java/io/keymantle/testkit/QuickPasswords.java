package io.keymantle.testkit;

import io.keymantle.control.PasswordHashes;
import io.keymantle.keys.PasswordHash;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;

/// Argon2id at a cost that tests can afford: real hashes, good for nothing else.
public final class QuickPasswords implements PasswordHashes {
  private static final PasswordHash CHEAP = new PasswordHash(8, 1);

  private final SecureRandom random = new SecureRandom();

  @Override
  public String hash(char[] password) {
    return CHEAP.hash(bytes(password), random);
  }

  @Override
  public boolean matches(char[] password, String hash) {
    return PasswordHash.matches(bytes(password), hash);
  }

  @Override
  public String decoy() {
    return CHEAP.decoy(random);
  }

  private static byte[] bytes(char[] password) {
    return new String(password).getBytes(StandardCharsets.UTF_8);
  }
}
