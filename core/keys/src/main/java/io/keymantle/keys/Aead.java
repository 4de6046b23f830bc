package io.keymantle.keys;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.KDF;
import javax.crypto.Mac;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.HKDFParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/// The JDK's AES-256-GCM, HKDF-SHA256 and HMAC-SHA256, with the checked exceptions of algorithms
/// that every JDK has turned into defects.
final class Aead {
  static final int KEY_LENGTH = 32;
  static final int NONCE_LENGTH = 12;
  static final int TAG_LENGTH = 16;

  private Aead() {}

  static byte[] seal(byte[] key, byte[] nonce, byte[] associated, byte[] plain) {
    return seal(key, nonce, associated, plain, 0, plain.length);
  }

  static byte[] seal(
      byte[] key, byte[] nonce, byte[] associated, byte[] plain, int offset, int length) {
    try {
      return cipher(Cipher.ENCRYPT_MODE, key, nonce, associated).doFinal(plain, offset, length);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("AES-256-GCM is not available", e);
    }
  }

  /// @throws AEADBadTagException when anything differs from what was sealed
  static byte[] open(byte[] key, byte[] nonce, byte[] associated, byte[] sealed)
      throws AEADBadTagException {
    if (sealed.length < TAG_LENGTH) {
      throw new AEADBadTagException("shorter than a tag");
    }
    try {
      return cipher(Cipher.DECRYPT_MODE, key, nonce, associated).doFinal(sealed);
    } catch (AEADBadTagException e) {
      throw e;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("AES-256-GCM is not available", e);
    }
  }

  private static Cipher cipher(int mode, byte[] key, byte[] nonce, byte[] associated)
      throws GeneralSecurityException {
    Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
    cipher.init(mode, new SecretKeySpec(key, "AES"), new GCMParameterSpec(TAG_LENGTH * 8, nonce));
    cipher.updateAAD(associated);
    return cipher;
  }

  /// HKDF-SHA256 (RFC 5869), 32 bytes for one purpose.
  static byte[] derive(byte[] key, byte[] salt, String purpose) {
    try {
      HKDFParameterSpec spec =
          HKDFParameterSpec.ofExtract()
              .addSalt(salt)
              .addIKM(key)
              .thenExpand(purpose.getBytes(StandardCharsets.UTF_8), KEY_LENGTH);
      return KDF.getInstance("HKDF-SHA256").deriveData(spec);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("HKDF-SHA256 is not available", e);
    }
  }

  static byte[] hmac(byte[] key, byte[]... parts) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(key, "HmacSHA256"));
      for (byte[] part : parts) {
        mac.update(part);
      }
      return mac.doFinal();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("HMAC-SHA256 is not available", e);
    }
  }

  static void zero(byte[] bytes) {
    Arrays.fill(bytes, (byte) 0);
  }
}
