package io.keymantle.control;

import java.nio.charset.StandardCharsets;
import java.security.InvalidKeyException;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;
import java.util.random.RandomGenerator;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/// What the tokens of people's sessions are hashed with. Whoever has the store but not this cannot
/// make a session, and a new one ends all sessions of before.
///
/// Guarantees: `toString` shows nothing of it.
public final class SessionSecret {
  private static final String ALGORITHM = "HmacSHA256";
  private static final int OWN_LENGTH = 32;

  private final SecretKeySpec key;

  private SessionSecret(byte[] bytes) {
    this.key = new SecretKeySpec(bytes, ALGORITHM);
  }

  /// The one that an administrator chose.
  ///
  /// @throws io.keymantle.domain.RefusedException with `weak_secret` when it can be guessed
  public static SessionSecret chosen(String text) {
    SecretStrength.require(text);
    return new SessionSecret(text.getBytes(StandardCharsets.UTF_8));
  }

  static SessionSecret of(byte[] bytes) {
    return new SessionSecret(bytes);
  }

  static byte[] fresh(RandomGenerator random) {
    byte[] bytes = new byte[OWN_LENGTH];
    random.nextBytes(bytes);
    return bytes;
  }

  TokenHash hash(String token) {
    return TokenHash.ofBytes(mac(token));
  }

  /// Tokens start with `kms_`, so that this is never a hash of one.
  String csrf(String token) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(mac("csrf" + token));
  }

  /// Stands for a text that may be anything, even a password that was typed in the wrong place.
  String fingerprint(String text) {
    byte[] mac = mac("text" + text);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(Arrays.copyOf(mac, 16));
  }

  private byte[] mac(String text) {
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      mac.init(key);
      return mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
    } catch (NoSuchAlgorithmException | InvalidKeyException e) {
      throw new IllegalStateException("every Java has HMAC-SHA256", e);
    }
  }

  @Override
  public String toString() {
    return "[session secret]";
  }
}
