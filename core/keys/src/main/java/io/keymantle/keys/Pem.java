package io.keymantle.keys;

import java.nio.charset.StandardCharsets;
import java.util.Base64;

/// PEM text of certificates (RFC 7468).
final class Pem {
  private Pem() {}

  static byte[] certificate(byte[] der) {
    String body =
        Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII)).encodeToString(der);
    return ("-----BEGIN CERTIFICATE-----\n" + body + "\n-----END CERTIFICATE-----\n")
        .getBytes(StandardCharsets.US_ASCII);
  }
}
