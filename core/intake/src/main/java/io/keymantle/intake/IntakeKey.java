package io.keymantle.intake;

import io.keymantle.domain.ErrorCode;
import io.keymantle.domain.RefusedException;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;

/// The broker's public X25519 key to which values are sealed. Immutable.
///
/// The text form is the 32 bytes of RFC 7748 in base64url without padding.
public final class IntakeKey {
  /// The name of the suite, as the API gives it beside the key.
  public static final String ALGORITHM = "hpke-x25519-hkdf-sha256-aes-256-gcm";

  static final int LENGTH = 32;

  /// Everything of RFC 8410's SubjectPublicKeyInfo before the 32 bytes of the key.
  private static final byte[] X509_PREFIX = {
    0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x6e, 0x03, 0x21, 0x00
  };

  private final byte[] bytes;

  private IntakeKey(byte[] bytes) {
    this.bytes = bytes;
  }

  /// @throws RefusedException with `invalid_request` when these are not 32 bytes
  public static IntakeKey of(byte[] bytes) {
    if (bytes.length != LENGTH) {
      throw refused();
    }
    return new IntakeKey(bytes.clone());
  }

  /// Parses the text form.
  ///
  /// @throws RefusedException with `invalid_request`
  public static IntakeKey parse(String text) {
    try {
      return of(Base64.getUrlDecoder().decode(text));
    } catch (IllegalArgumentException e) {
      throw refused();
    }
  }

  public String text() {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  PublicKey toPublicKey() throws GeneralSecurityException {
    return KeyFactory.getInstance("X25519")
        .generatePublic(new X509EncodedKeySpec(Hpke.concat(X509_PREFIX, bytes)));
  }

  byte[] bytes() {
    return bytes.clone();
  }

  @Override
  public String toString() {
    return text();
  }

  private static RefusedException refused() {
    return RefusedException.of(
        ErrorCode.INVALID_REQUEST,
        "an intake key is 32 bytes in base64url",
        "take it from GET /v1/intake-key of the broker");
  }
}
