package io.keymantle.source.http;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.interfaces.ECPrivateKey;
import java.security.spec.ECGenParameterSpec;
import java.util.Base64;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Keys in the forms that openssl and others write, encoded by another library.
class Pkcs8Test {
  private static byte[] pem(String kind, byte[] der) {
    return ("Bag Attributes\n-----BEGIN "
            + kind
            + "-----\n"
            + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der)
            + "\n-----END "
            + kind
            + "-----\n")
        .getBytes(US_ASCII);
  }

  private static KeyPair ec(String curve) throws GeneralSecurityException {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(new ECGenParameterSpec(curve));
    return generator.generateKeyPair();
  }

  @ParameterizedTest
  @ValueSource(strings = {"secp256r1", "secp384r1", "secp521r1"})
  void ecKey_ofItself_orInPkcs8_isRead(String curve) throws Exception {
    ECPrivateKey key = (ECPrivateKey) ec(curve).getPrivate();
    PrivateKeyInfo info = PrivateKeyInfo.getInstance(key.getEncoded());
    byte[] alone =
        new org.bouncycastle.asn1.sec.ECPrivateKey(
                key.getParams().getOrder().bitLength(),
                org.bouncycastle.asn1.sec.ECPrivateKey.getInstance(info.parsePrivateKey()).getKey(),
                info.getPrivateKeyAlgorithm().getParameters())
            .getEncoded();

    ECPrivateKey read = (ECPrivateKey) Pem.privateKey(pem("EC PRIVATE KEY", alone));
    assertThat(read.getS()).isEqualTo(key.getS());
    assertThat(read.getParams()).isEqualTo(key.getParams());
    assertThat(Pem.privateKey(pem("PRIVATE KEY", key.getEncoded()))).isEqualTo(key);
  }

  @ParameterizedTest
  @ValueSource(ints = {1024, 2048})
  void rsaKey_ofItself_orInPkcs8_isRead(int bits) throws Exception {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
    generator.initialize(bits);
    PrivateKey key = generator.generateKeyPair().getPrivate();
    byte[] alone =
        PrivateKeyInfo.getInstance(key.getEncoded())
            .parsePrivateKey()
            .toASN1Primitive()
            .getEncoded();

    assertThat(Pem.privateKey(pem("RSA PRIVATE KEY", alone))).isEqualTo(key);
    assertThat(Pem.privateKey(pem("PRIVATE KEY", key.getEncoded()))).isEqualTo(key);
  }

  @Test
  void ecKey_withoutItsCurve_isRefused_notReadAsAnother() throws Exception {
    PrivateKeyInfo info = PrivateKeyInfo.getInstance(ec("secp256r1").getPrivate().getEncoded());
    byte[] alone =
        new org.bouncycastle.asn1.sec.ECPrivateKey(
                256,
                org.bouncycastle.asn1.sec.ECPrivateKey.getInstance(info.parsePrivateKey()).getKey())
            .getEncoded();

    assertThat(refusal(pem("EC PRIVATE KEY", alone))).hasMessageContaining("curve");
  }

  @Test
  void whatIsNoKey_isRefused() {
    for (String kind : new String[] {"EC PRIVATE KEY", "RSA PRIVATE KEY", "PRIVATE KEY"}) {
      for (byte[] der : new byte[][] {{}, {0x30}, {0x30, (byte) 0x84}, {0x30, 3, 2, 1}}) {
        assertThat(refusal(pem(kind, der))).as(kind).isNotNull();
      }
    }
    assertThat(refusal(pem("ENCRYPTED PRIVATE KEY", new byte[] {1, 2})))
        .hasMessageContaining("encrypted");
  }

  private static GeneralSecurityException refusal(byte[] pem) {
    return catchThrowableOfType(GeneralSecurityException.class, () -> Pem.privateKey(pem));
  }
}
