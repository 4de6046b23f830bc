package io.keymantle.source.http;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import java.util.Arrays;
import java.util.Base64;

/// How what a source says of itself is signed: JSON Web Signature by RSA, in its compact form (RFC
/// 7515, RFC 7518 §3.3 and §3.5), as RFC 7523 has it for logins.
public enum Jws {
  RS256,
  PS256;

  /// The token, as bytes that the caller zeroes: whoever has it can log in for a while.
  ///
  /// @param header a JSON object that names this algorithm
  /// @throws GeneralSecurityException when the key is not of RSA
  public byte[] sign(PrivateKey key, byte[] header, byte[] payload)
      throws GeneralSecurityException {
    Base64.Encoder encoder = Base64.getUrlEncoder().withoutPadding();
    try (ZeroedBytes out = new ZeroedBytes(1024)) {
      out.writeBytes(encoder.encode(header));
      out.write('.');
      out.writeBytes(encoder.encode(payload));
      Signature signature = signature();
      signature.initSign(key);
      byte[] signed = out.toByteArray();
      signature.update(signed);
      Arrays.fill(signed, (byte) 0);
      out.write('.');
      out.writeBytes(encoder.encode(signature.sign()));
      return out.toByteArray();
    }
  }

  /// The same of JSON objects that are built here.
  ///
  /// @param header without `alg`, which is added
  public byte[] sign(PrivateKey key, JsonBody header, JsonBody claims)
      throws GeneralSecurityException {
    return sign(key, header.with("alg", name()).finish(), claims.finish());
  }

  private Signature signature() throws GeneralSecurityException {
    return switch (this) {
      case RS256 -> Signature.getInstance("SHA256withRSA");
      case PS256 -> {
        Signature signature = Signature.getInstance("RSASSA-PSS");
        signature.setParameter(
            new PSSParameterSpec("SHA-256", "MGF1", MGF1ParameterSpec.SHA256, 32, 1));
        yield signature;
      }
    };
  }

  /// Bytes as they stand in such a token.
  public static String encode(byte[] bytes) {
    return new String(
        Base64.getUrlEncoder().withoutPadding().encode(bytes), StandardCharsets.US_ASCII);
  }
}
