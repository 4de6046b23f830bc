package io.keymantle.intake;

import io.keymantle.domain.ErrorCode;
import io.keymantle.domain.RefusedException;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Arrays;

/// Opens sealed values with the broker's private key. Made once, where the keyring is; only
/// `redeem` calls [#open]. Thread-safe.
public final class IntakeOpener {
  /// Everything of RFC 8410's PrivateKeyInfo before the 32 bytes of the key.
  private static final byte[] PKCS8_PREFIX = {
    0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x6e, 0x04, 0x22, 0x04, 0x20
  };

  private final PrivateKey privateKey;
  private final IntakeKey key;

  private IntakeOpener(PrivateKey privateKey, IntakeKey key) {
    this.privateKey = privateKey;
    this.key = key;
  }

  /// Makes the opener of a key pair.
  ///
  /// @param privateKey the 32 bytes of RFC 7748; the caller zeroes its array
  /// @throws IllegalArgumentException when the private key is not 32 bytes or not of this key
  public static IntakeOpener of(byte[] privateKey, IntakeKey key) {
    if (privateKey.length != IntakeKey.LENGTH) {
      throw new IllegalArgumentException("an X25519 private key is 32 bytes");
    }
    byte[] encoded = Hpke.concat(PKCS8_PREFIX, privateKey);
    try {
      PrivateKey parsed =
          KeyFactory.getInstance("X25519").generatePrivate(new PKCS8EncodedKeySpec(encoded));
      IntakeOpener opener = new IntakeOpener(parsed, key);
      opener.requirePair();
      return opener;
    } catch (GeneralSecurityException e) {
      throw new IllegalArgumentException("the intake keys are not a pair", e);
    } finally {
      Arrays.fill(encoded, (byte) 0);
    }
  }

  /// The public key to seal to.
  public IntakeKey key() {
    return key;
  }

  /// Opens a value that was sealed for this context. The caller zeroes the result.
  ///
  /// @throws RefusedException with `invalid_request` when the value was sealed to another key or
  ///   for another context, or was changed
  public byte[] open(SealedValue sealed, String context) {
    try {
      return Hpke.open(privateKey, sealed.bytes(), context);
    } catch (GeneralSecurityException e) {
      throw RefusedException.of(
          ErrorCode.INVALID_REQUEST,
          "the sealed value was not made for this credential of this broker",
          "seal it again with the key of GET /v1/intake-key and the credential's name");
    }
  }

  private void requirePair() throws GeneralSecurityException {
    byte[] probe = {1};
    byte[] opened = Hpke.open(privateKey, Hpke.seal(key, probe, ""), "");
    if (!Arrays.equals(opened, probe)) {
      throw new InvalidKeyException();
    }
  }

  @Override
  public String toString() {
    return "IntakeOpener[" + key + "]";
  }
}
