package io.keymantle.ledger;

import io.keymantle.domain.ErrorCode;
import io.keymantle.domain.RefusedException;
import java.nio.charset.StandardCharsets;
import java.security.InvalidKeyException;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/// Links values in the ledger without revealing them: HMAC-SHA-256 under a key of this home, first
/// 96 bits, as 16 characters of base64url. Thread-safe.
///
/// Guarantees: equal input gives equal output within a home; without the key, the output neither
/// reveals nor confirms a guess.
///
/// Not guaranteed: anything against who holds the key and can guess the value.
public final class KeyedHash {
  private static final String ALGORITHM = "HmacSHA256";
  private static final int SHOWN_BYTES = 12;

  private final SecretKeySpec key;

  /// @throws RefusedException with `invalid_configuration` when the key has fewer than 32 bytes
  public KeyedHash(byte[] key) {
    if (key.length < 32) {
      throw RefusedException.of(
          ErrorCode.INVALID_CONFIGURATION, "A keyed hash needs a key of at least 32 bytes", "");
    }
    this.key = new SecretKeySpec(key, ALGORITHM);
  }

  public String of(String value) {
    return of(value.getBytes(StandardCharsets.UTF_8));
  }

  public String of(byte[] value) {
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      mac.init(key);
      byte[] shown = java.util.Arrays.copyOf(mac.doFinal(value), SHOWN_BYTES);
      return Base64.getUrlEncoder().withoutPadding().encodeToString(shown);
    } catch (NoSuchAlgorithmException | InvalidKeyException e) {
      throw new AssertionError("every Java platform has HMAC-SHA-256", e);
    }
  }

  @Override
  public String toString() {
    return "[keyed hash]";
  }
}
