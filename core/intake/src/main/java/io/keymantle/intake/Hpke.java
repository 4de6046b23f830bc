package io.keymantle.intake;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.PrivateKey;
import java.security.ProviderException;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.DecapsulateException;
import javax.crypto.KDF;
import javax.crypto.KEM;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.HKDFParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/// HPKE base mode, single shot (RFC 9180 §5.1, §6.1), for the one suite that intake speaks.
///
/// A sealed value is one version byte, 32 bytes of encapsulated key, and the ciphertext with its
/// tag of 16 bytes. The context goes into `info` behind a label, the version byte into the
/// associated data. The JDK has the KEM and the KDF; HPKE itself arrives after JDK 25.
final class Hpke {
  static final int OVERHEAD = 1 + 32 + 16;

  private static final byte VERSION = 1;
  private static final byte[] AAD = {VERSION};
  private static final int ENCAPSULATION_LENGTH = 32;
  private static final int TAG_BITS = 128;
  private static final byte[] EMPTY = {};

  /// "HPKE", KEM 0x0020 DHKEM(X25519, HKDF-SHA256), KDF 0x0001 HKDF-SHA256.
  private static final byte[] SUITE_PREFIX = {'H', 'P', 'K', 'E', 0x00, 0x20, 0x00, 0x01};

  static final short AES_256_GCM = 2;

  private Hpke() {}

  static byte[] seal(IntakeKey key, byte[] value, String context) throws GeneralSecurityException {
    KEM.Encapsulated encapsulated = encapsulate(key);
    Keys keys = Keys.derive(encapsulated.key(), info(context), AES_256_GCM, 32);
    byte[] ciphertext = keys.cipher(Cipher.ENCRYPT_MODE, AAD).doFinal(value);
    return concat(AAD, encapsulated.encapsulation(), ciphertext);
  }

  static byte[] open(PrivateKey privateKey, byte[] sealed, String context)
      throws GeneralSecurityException {
    if (sealed.length < OVERHEAD || sealed[0] != VERSION) {
      throw new InvalidKeyException("not version " + VERSION);
    }
    byte[] encapsulation = Arrays.copyOfRange(sealed, 1, 1 + ENCAPSULATION_LENGTH);
    Keys keys = Keys.derive(decapsulate(privateKey, encapsulation), info(context), AES_256_GCM, 32);
    int start = 1 + ENCAPSULATION_LENGTH;
    return keys.cipher(Cipher.DECRYPT_MODE, AAD).doFinal(sealed, start, sealed.length - start);
  }

  private static KEM.Encapsulated encapsulate(IntakeKey key) throws GeneralSecurityException {
    try {
      return KEM.getInstance("DHKEM").newEncapsulator(key.toPublicKey()).encapsulate();
    } catch (ProviderException e) {
      // How the JDK reports a point of small order.
      throw new InvalidKeyException(e);
    }
  }

  static SecretKey decapsulate(PrivateKey privateKey, byte[] encapsulation)
      throws GeneralSecurityException {
    try {
      return KEM.getInstance("DHKEM").newDecapsulator(privateKey).decapsulate(encapsulation);
    } catch (DecapsulateException | ProviderException e) {
      throw new InvalidKeyException(e);
    }
  }

  private static byte[] info(String context) {
    return ("keymantle intake 1 " + context).getBytes(StandardCharsets.UTF_8);
  }

  static byte[] concat(byte[]... parts) {
    int length = 0;
    for (byte[] part : parts) {
      length += part.length;
    }
    byte[] all = new byte[length];
    int at = 0;
    for (byte[] part : parts) {
      System.arraycopy(part, 0, all, at, part.length);
      at += part.length;
    }
    return all;
  }

  /// The AEAD key and nonce of one message: the key schedule of RFC 9180 §5.1 in base mode.
  @SuppressWarnings("ArrayRecordComponent") // A carrier within this room; never compared.
  record Keys(byte[] key, byte[] nonce) {

    static Keys derive(SecretKey shared, byte[] info, short aead, int keyLength)
        throws GeneralSecurityException {
      byte[] suite = concat(SUITE_PREFIX, twoBytes(aead));
      KDF hkdf = KDF.getInstance("HKDF-SHA256");
      byte[] pskIdHash = extract(hkdf, suite, EMPTY, "psk_id_hash", EMPTY);
      byte[] infoHash = extract(hkdf, suite, EMPTY, "info_hash", info);
      byte[] schedule = concat(new byte[] {0}, pskIdHash, infoHash);
      byte[] secret = extract(hkdf, suite, shared.getEncoded(), "secret", EMPTY);
      return new Keys(
          expand(hkdf, suite, secret, "key", schedule, keyLength),
          expand(hkdf, suite, secret, "base_nonce", schedule, 12));
    }

    Cipher cipher(int mode, byte[] aad) throws GeneralSecurityException {
      Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
      SecretKeySpec secretKey = new SecretKeySpec(key, "AES");
      cipher.init(mode, secretKey, new GCMParameterSpec(TAG_BITS, nonce));
      cipher.updateAAD(aad);
      return cipher;
    }

    private static byte[] extract(KDF hkdf, byte[] suite, byte[] salt, String label, byte[] input)
        throws GeneralSecurityException {
      HKDFParameterSpec.Builder builder = HKDFParameterSpec.ofExtract();
      if (salt.length > 0) {
        builder.addSalt(salt);
      }
      return hkdf.deriveData(builder.addIKM(labeled(suite, label, input)).extractOnly());
    }

    private static byte[] expand(
        KDF hkdf, byte[] suite, byte[] secret, String label, byte[] info, int length)
        throws GeneralSecurityException {
      byte[] labeledInfo = concat(twoBytes((short) length), labeled(suite, label, info));
      return hkdf.deriveData(
          HKDFParameterSpec.expandOnly(new SecretKeySpec(secret, "Generic"), labeledInfo, length));
    }

    private static byte[] labeled(byte[] suite, String label, byte[] input) {
      return concat(
          "HPKE-v1".getBytes(StandardCharsets.US_ASCII),
          suite,
          label.getBytes(StandardCharsets.US_ASCII),
          input);
    }

    private static byte[] twoBytes(short number) {
      return new byte[] {(byte) (number >> 8), (byte) number};
    }

    @Override
    public String toString() {
      return "[keys]";
    }
  }
}
