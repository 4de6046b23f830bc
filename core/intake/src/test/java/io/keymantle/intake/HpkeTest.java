package io.keymantle.intake;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.HexFormat;
import javax.crypto.Cipher;
import org.junit.jupiter.api.Test;

/// RFC 9180, appendix A.1.1: DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, AES-128-GCM in base mode. The
/// appendix has no vector with AES-256-GCM; only the suite's number and the key's length differ.
final class HpkeTest {
  private static final short AES_128_GCM = 1;

  private final HexFormat hex = HexFormat.of();

  @Test
  void keySchedule_ofRfc9180VectorA1_givesItsKeyAndNonce() throws Exception {
    Hpke.Keys keys = vectorKeys();

    assertThat(hex.formatHex(keys.key())).isEqualTo("4531685d41d65f03dc48f6b8302c05b0");
    assertThat(hex.formatHex(keys.nonce())).isEqualTo("56d890e5accaaf011cff4b7d");
  }

  @Test
  void firstMessage_ofRfc9180VectorA1_opens() throws Exception {
    byte[] aad = hex.parseHex("436f756e742d30");
    byte[] ciphertext =
        hex.parseHex(
            "f938558b5d72f1a23810b4be2ab4f84331acc02fc97babc53a52ae8218a355a9"
                + "6d8770ac83d07bea87e13c512a");

    byte[] plain = vectorKeys().cipher(Cipher.DECRYPT_MODE, aad).doFinal(ciphertext);

    assertThat(new String(plain, US_ASCII)).isEqualTo("Beauty is truth, truth beauty");
  }

  @Test
  void toStringOfKeys_containsNoKeyMaterial() throws Exception {
    assertThat(vectorKeys()).hasToString("[keys]");
  }

  private Hpke.Keys vectorKeys() throws Exception {
    byte[] encapsulation =
        hex.parseHex("37fda3567bdbd628e88668c3c8d7e97d1d1253b6d4ea6d44c150f741f1bf4431");
    byte[] info = hex.parseHex("4f6465206f6e2061204772656369616e2055726e");
    return Hpke.Keys.derive(Hpke.decapsulate(recipient(), encapsulation), info, AES_128_GCM, 16);
  }

  private PrivateKey recipient() throws Exception {
    String pkcs8 =
        "302e020100300506032b656e04220420"
            + "4612c550263fc8ad58375df3f557aac531d26850903e55a9f23f21d8534e8ac8";
    return KeyFactory.getInstance("X25519")
        .generatePrivate(new PKCS8EncodedKeySpec(hex.parseHex(pkcs8)));
  }
}
