package io.keymantle.otp;

import io.keymantle.domain.ErrorCode;
import io.keymantle.domain.RefusedException;
import java.nio.ByteBuffer;
import java.security.InvalidKeyException;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/// Time-based one-time codes (RFC 6238) of one shape: hash and number of digits. The time step is
/// 30 seconds, the RFC's default and what authenticators know.
public record Totp(OtpAlgorithm algorithm, int digits) {
  /// Seconds of a time step.
  public static final int STEP_SECONDS = 30;

  /// Six digits of SHA-1: what every authenticator can do.
  public static final Totp DEFAULT = new Totp(OtpAlgorithm.SHA1, 6);

  /// @throws RefusedException with `invalid_request` when the digits are neither 6 nor 8
  public Totp {
    if (digits != 6 && digits != 8) {
      throw RefusedException.of(
          ErrorCode.INVALID_REQUEST, "a TOTP code has 6 or 8 digits", "leave it out for 6");
    }
  }

  /// The step that a moment lies in, counted from 1970.
  public static long stepAt(Instant moment) {
    return Math.floorDiv(moment.getEpochSecond(), (long) STEP_SECONDS);
  }

  /// The code of a seed at a step, as ASCII digits.
  ///
  /// @param seed the shared key, not empty
  public byte[] code(byte[] seed, long step) {
    byte[] hash = hmac(seed, ByteBuffer.allocate(Long.BYTES).putLong(step).array());
    // Dynamic truncation, RFC 4226 §5.3: the last four bits say where 31 bits are taken.
    int at = hash[hash.length - 1] & 0xf;
    int rest = ByteBuffer.wrap(hash, at, Integer.BYTES).getInt() & 0x7fffffff;
    byte[] code = new byte[digits];
    for (int i = digits - 1; i >= 0; i--) {
      code[i] = (byte) ('0' + rest % 10);
      rest /= 10;
    }
    return code;
  }

  private byte[] hmac(byte[] seed, byte[] counter) {
    try {
      Mac mac = Mac.getInstance(algorithm.mac());
      mac.init(new SecretKeySpec(seed, algorithm.mac()));
      return mac.doFinal(counter);
    } catch (NoSuchAlgorithmException | InvalidKeyException e) {
      throw new IllegalStateException("every Java has " + algorithm.mac(), e);
    }
  }
}
