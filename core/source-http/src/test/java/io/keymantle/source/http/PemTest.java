package io.keymantle.source.http;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.keymantle.certificates.TestCertificate;
import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PemTest {
  @ParameterizedTest
  @ValueSource(strings = {"RSA", "EC", "Ed25519"})
  void key_isReadBack_whateverItsKind(String algorithm) throws Exception {
    PrivateKey key = KeyPairGenerator.getInstance(algorithm).generateKeyPair().getPrivate();

    byte[] text = Pem.write(key);

    assertThat(text).asString(US_ASCII).startsWith("-----BEGIN PRIVATE KEY-----\n");
    assertThat(Pem.privateKey(text).getEncoded()).isEqualTo(key.getEncoded());
  }

  @Test
  void keyAndCertificates_areFound_inOneText() throws Exception {
    TestCertificate first = new TestCertificate();
    TestCertificate second = new TestCertificate();
    PrivateKey key = KeyPairGenerator.getInstance("EC").generateKeyPair().getPrivate();
    String text =
        "subject=test\n"
            + ascii(Pem.writeCertificate(first.certificate().getEncoded()))
            + ascii(Pem.write(key))
            + ascii(Pem.writeCertificate(second.certificate().getEncoded())).replace("\n", "\r\n");

    assertThat(Pem.certificates(text.getBytes(US_ASCII)))
        .containsExactly(first.certificate(), second.certificate());
    assertThat(Pem.privateKey(text.getBytes(US_ASCII)).getEncoded()).isEqualTo(key.getEncoded());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "-----BEGIN PRIVATE KEY-----\nAAAA",
        "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n",
        "-----BEGIN RSA PRIVATE KEY-----\nAAAA\n-----END RSA PRIVATE KEY-----\n",
        "-----BEGIN CERTIFICATE-----\nA\n-----END CERTIFICATE-----\n"
      })
  void textWithoutEither_isRefused(String text) {
    assertThatThrownBy(() -> Pem.privateKey(text.getBytes(US_ASCII)))
        .isInstanceOf(GeneralSecurityException.class);
    assertThatThrownBy(() -> Pem.certificates(text.getBytes(US_ASCII)))
        .isInstanceOf(GeneralSecurityException.class);
  }

  private static String ascii(byte[] text) {
    return new String(text, US_ASCII);
  }
}
