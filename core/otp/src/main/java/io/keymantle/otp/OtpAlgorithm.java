package io.keymantle.otp;

import io.keymantle.domain.ErrorCode;
import io.keymantle.domain.RefusedException;
import java.util.Locale;

/// The hash under the HMAC of one-time codes. The text form is that of `otpauth:` URIs: `SHA1`.
public enum OtpAlgorithm {
  /// What every authenticator can do, also those that ignore the URI's parameters.
  SHA1("HmacSHA1", 20),
  SHA256("HmacSHA256", 32),
  SHA512("HmacSHA512", 64);

  private final String mac;
  private final int seedLength;

  OtpAlgorithm(String mac, int seedLength) {
    this.mac = mac;
    this.seedLength = seedLength;
  }

  /// The JDK's name of the HMAC.
  String mac() {
    return mac;
  }

  /// Bytes of a new seed: the length of the hash (RFC 6238 §5.1), at least 160 bits.
  public int seedLength() {
    return seedLength;
  }

  /// Reads the text form, in either case and with or without a hyphen.
  ///
  /// @throws RefusedException with `invalid_request`
  public static OtpAlgorithm parse(String text) {
    return switch (text.toUpperCase(Locale.ROOT).replace("-", "")) {
      case "SHA1" -> SHA1;
      case "SHA256" -> SHA256;
      case "SHA512" -> SHA512;
      default ->
          throw RefusedException.of(
              ErrorCode.INVALID_REQUEST,
              "there is no such TOTP algorithm",
              "use SHA1, SHA256 or SHA512");
    };
  }
}
