package io.keymantle.source.http;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.RSAPrivateKeySpec;
import java.util.Base64;
import org.bouncycastle.crypto.digests.SHA256Digest;
import org.bouncycastle.crypto.engines.RSABlindedEngine;
import org.bouncycastle.crypto.params.RSAKeyParameters;
import org.bouncycastle.crypto.signers.PSSSigner;
import org.junit.jupiter.api.Test;

class JwsTest {
  /// The key of RFC 7515, appendix A.2.
  private static final String MODULUS =
      "ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPCJrcS2mJPMEzP1Pt"
          + "0Bm4d4QlL-yRT-SFd2lZS-pCgNMsD1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpaSHSX"
          + "ndS5z5rexMdbBYUsLA9e-KXBdQOS-UTo7WTBEMa2R2CapHg665xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6_I5"
          + "IhlJH7aGhyxXFvUK-DWNmoudF8NAco9_h9iaGNj8q2ethFkMLs91kzk2PAcDTW9gb54h4FRWyuXpoQ";

  private static final String EXPONENT =
      "Eq5xpGnNCivDflJsRQBXHx1hdR1k6Ulwe2JZD50LpXyWPEAeP88vLNO97IjlA7_GQ5sLKMgvfTeXZx9SE-7YwVol"
          + "2NXOoAJe46sui395IW_GO-pWJ1O0BkTGoVEn2bKVRUCgu-GjBVaYLU6f3l9kJfFNS3E0QbVdxzubSu3Mkqzjkn43"
          + "9X0M_V51gfpRLI9JYanrC4D4qAdGcopV_0ZHHzQlBjudU2QvXt4ehNYTCBr6XCLQUShb1juUO1ZdiYoFaFQT5Tw8"
          + "bGUl_x_jTj3ccPDVZFD9pIuhLhBOneufuBiB4cS98l2SR_RQyGWSeWjnczT0QU91p1DhOVRuOopznQ";

  private static final String SIGNED =
      "eyJhbGciOiJSUzI1NiJ9"
          + ".eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0"
          + "cnVlfQ"
          + ".cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt_O8W"
          + "2Fp5jujGbds9uJdbF9CUAr7t1dnZcAcQjbKBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkS"
          + "jtQBMHlb1L07Qe7K0GarZRmB_eSN9383LcOLn6_dO--xi12jzDwusC-eOkHWEsqtFZESc6BfI7noOPqvhJ1phCnv"
          + "Wh6IeYI2w9QOYEUipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrBp0igcN_IoypGlUPQGe77Rw";

  private static BigInteger number(String text) {
    return new BigInteger(1, Base64.getUrlDecoder().decode(text));
  }

  private static KeyPair made(String algorithm) throws GeneralSecurityException {
    return KeyPairGenerator.getInstance(algorithm).generateKeyPair();
  }

  @Test
  void rs256_isThatOfRfc7515() throws Exception {
    PrivateKey key =
        KeyFactory.getInstance("RSA")
            .generatePrivate(new RSAPrivateKeySpec(number(MODULUS), number(EXPONENT)));
    String claims =
        "{\"iss\":\"joe\",\r\n"
            + " \"exp\":1300819380,\r\n"
            + " \"http://example.com/is_root\":true}";

    assertThat(Jws.RS256.sign(key, "{\"alg\":\"RS256\"}".getBytes(UTF_8), claims.getBytes(UTF_8)))
        .asString(US_ASCII)
        .isEqualTo(SIGNED);
  }

  @Test
  void ps256_isVerified_byAnotherImplementation() throws Exception {
    KeyPair keys = made("RSA");
    JsonBody claims = new JsonBody().with("sub", "a\"b").with("iat", 1_700_000_000L);

    byte[] token = Jws.PS256.sign(keys.getPrivate(), new JsonBody().with("typ", "JWT"), claims);

    String[] parts = new String(token, US_ASCII).split("\\.");
    assertThat(new String(Base64.getUrlDecoder().decode(parts[0]), UTF_8))
        .isEqualTo("{\"typ\":\"JWT\",\"alg\":\"PS256\"}");
    assertThat(new String(Base64.getUrlDecoder().decode(parts[1]), UTF_8))
        .isEqualTo("{\"sub\":\"a\\\"b\",\"iat\":1700000000}");
    RSAPublicKey key = (RSAPublicKey) keys.getPublic();
    PSSSigner verifier = new PSSSigner(new RSABlindedEngine(), new SHA256Digest(), 32);
    verifier.init(false, new RSAKeyParameters(false, key.getModulus(), key.getPublicExponent()));
    byte[] signed = (parts[0] + "." + parts[1]).getBytes(US_ASCII);
    verifier.update(signed, 0, signed.length);
    assertThat(verifier.verifySignature(Base64.getUrlDecoder().decode(parts[2]))).isTrue();
  }

  @Test
  void keyOfAnotherKind_isRefused() throws Exception {
    PrivateKey key = made("EC").getPrivate();

    assertThatThrownBy(() -> Jws.PS256.sign(key, new JsonBody(), new JsonBody()))
        .isInstanceOf(InvalidKeyException.class);
  }
}
