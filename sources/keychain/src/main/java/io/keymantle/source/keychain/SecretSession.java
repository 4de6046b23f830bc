package io.keymantle.source.keychain;

import io.keymantle.source.keychain.BusReader.MalformedMessageException;
import java.io.IOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.KDF;
import javax.crypto.KeyAgreement;
import javax.crypto.SecretKey;
import javax.crypto.interfaces.DHPublicKey;
import javax.crypto.spec.DHParameterSpec;
import javax.crypto.spec.DHPublicKeySpec;
import javax.crypto.spec.HKDFParameterSpec;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/// How values come from a Secret Service: encrypted for this session
/// (https://specifications.freedesktop.org/secret-service-spec/latest/transfer-secrets.html).
///
/// Guarantees: whoever records the bus, and what is left behind in its buffers, has no value. Not
/// guaranteed: that the service is the one that a person means; whoever owns its name on the bus
/// is.
abstract sealed class SecretSession {
  private static final String NAME = "dh-ietf1024-sha256-aes128-cbc-pkcs7";

  /// RFC 2409, 6.2: the only group that the specification has.
  private static final DHParameterSpec GROUP =
      new DHParameterSpec(
          new BigInteger(
              "FFFFFFFFFFFFFFFFC90FDAA22168C234C4C6628B80DC1CD129024E088A67CC74020BBEA63B139B22"
                  + "514A08798E3404DDEF9519B3CD3A431B302B0A6DF25F14374FE1356D6D51C245E485B576625E7EC6"
                  + "F44C42E9A637ED6B0BFF5CB6F406B7EDEE386BFB5A899FA5AE9F24117C4B1FE649286651ECE65381"
                  + "FFFFFFFFFFFFFFFF",
              16),
          BigInteger.TWO);

  private static final int KEY_LENGTH = 16;

  private final String path;

  private SecretSession(String path) {
    this.path = path;
  }

  /// The object path by which the service knows it.
  String path() {
    return path;
  }

  /// @param parameters that the service sent with the value
  /// @param sent stays the caller's
  abstract byte[] open(byte[] parameters, byte[] sent);

  /// Calls `OpenSession`.
  ///
  /// @throws BusErrorException with `org.freedesktop.DBus.Error.NotSupported` when the service has
  ///   no encryption
  static SecretSession encrypted(BusConnection bus, String service)
      throws IOException, BusErrorException {
    try {
      KeyPairGenerator generator = diffieHellmanKeys();
      generator.initialize(GROUP);
      KeyPair own = generator.generateKeyPair();
      byte[] publicKey = ((DHPublicKey) own.getPublic()).getY().toByteArray();
      BusWriter arguments = new BusWriter().text(NAME).signature("ay").bytes(publicKey);
      try (BusMessage answer =
          bus.call(service, SecretService.call("OpenSession"), "sv", arguments)) {
        BusReader body = answer.body("vo");
        BigInteger theirs = new BigInteger(1, body.variant("ay").bytes());
        return new Encrypted(body.text(), key(own, theirs));
      }
    } catch (GeneralSecurityException e) {
      // Such as a public key that is none.
      throw new MalformedMessageException();
    }
  }

  /// The service sends values as they are.
  static SecretSession plain(BusConnection bus, String service)
      throws IOException, BusErrorException {
    BusWriter arguments = new BusWriter().text("plain").signature("s").text("");
    try (BusMessage answer =
        bus.call(service, SecretService.call("OpenSession"), "sv", arguments)) {
      BusReader body = answer.body("vo");
      body.variant("s").text();
      return new Plain(body.text());
    }
  }

  @SuppressWarnings("InsecureCryptoUsage") // The specification has no other agreement.
  private static KeyPairGenerator diffieHellmanKeys() throws GeneralSecurityException {
    return KeyPairGenerator.getInstance("DH");
  }

  @SuppressWarnings("InsecureCryptoUsage") // As above.
  private static SecretKey key(KeyPair own, BigInteger theirs) throws GeneralSecurityException {
    KeyAgreement agreement = KeyAgreement.getInstance("DH");
    agreement.init(own.getPrivate());
    KeyFactory keys = KeyFactory.getInstance("DH");
    agreement.doPhase(
        keys.generatePublic(new DHPublicKeySpec(theirs, GROUP.getP(), GROUP.getG())), true);
    byte[] shared = agreement.generateSecret();
    try {
      return KDF.getInstance("HKDF-SHA256")
          .deriveKey(
              "AES",
              HKDFParameterSpec.ofExtract()
                  .addIKM(new SecretKeySpec(shared, "Generic"))
                  .thenExpand(new byte[0], KEY_LENGTH));
    } finally {
      Arrays.fill(shared, (byte) 0);
    }
  }

  private static final class Encrypted extends SecretSession {
    private final SecretKey key;

    Encrypted(String path, SecretKey key) {
      super(path);
      this.key = key;
    }

    @Override
    byte[] open(byte[] parameters, byte[] sent) {
      try {
        Cipher cipher = Cipher.getInstance("AES/CBC/PKCS5Padding");
        cipher.init(Cipher.DECRYPT_MODE, key, new IvParameterSpec(parameters));
        return cipher.doFinal(sent);
      } catch (GeneralSecurityException e) {
        throw new MalformedMessageException();
      }
    }
  }

  private static final class Plain extends SecretSession {
    Plain(String path) {
      super(path);
    }

    @Override
    byte[] open(byte[] parameters, byte[] sent) {
      return sent.clone();
    }
  }
}
