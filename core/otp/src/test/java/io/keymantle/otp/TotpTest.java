package io.keymantle.otp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.keymantle.domain.ErrorCode;
import io.keymantle.domain.RefusedException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class TotpTest {
  /// RFC 6238, appendix B: the ASCII digits repeated to the length of the hash.
  private static byte[] rfcSeed(OtpAlgorithm algorithm) {
    return "1234567890"
        .repeat(7)
        .substring(0, algorithm.seedLength())
        .getBytes(StandardCharsets.US_ASCII);
  }

  private static String code(Totp totp, long step) {
    return new String(totp.code(rfcSeed(totp.algorithm()), step), StandardCharsets.US_ASCII);
  }

  @ParameterizedTest
  @CsvSource({
    "59, 94287082, 46119246, 90693936",
    "1111111109, 07081804, 68084774, 25091201",
    "1111111111, 14050471, 67062674, 99943326",
    "1234567890, 89005924, 91819424, 93441116",
    "2000000000, 69279037, 90698825, 38618901",
    "20000000000, 65353130, 77737706, 47863826"
  })
  void code_isThatOfRfc6238(long second, String sha1, String sha256, String sha512) {
    long step = Totp.stepAt(Instant.ofEpochSecond(second));

    assertThat(code(new Totp(OtpAlgorithm.SHA1, 8), step)).isEqualTo(sha1);
    assertThat(code(new Totp(OtpAlgorithm.SHA256, 8), step)).isEqualTo(sha256);
    assertThat(code(new Totp(OtpAlgorithm.SHA512, 8), step)).isEqualTo(sha512);
    assertThat(code(Totp.DEFAULT, step)).isEqualTo(sha1.substring(2));
  }

  /// RFC 4226, appendix D: the counter is what a time step is here.
  @ParameterizedTest
  @CsvSource({
    "0, 755224", "1, 287082", "2, 359152", "3, 969429", "4, 338314",
    "5, 254676", "6, 287922", "7, 162583", "8, 399871", "9, 520489"
  })
  void code_isThatOfRfc4226(long counter, String expected) {
    assertThat(code(Totp.DEFAULT, counter)).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({"0, 0", "29, 0", "30, 1", "59, 1", "60, 2", "-1, -1"})
  void step_changesEvery30Seconds(long second, long step) {
    assertThat(Totp.stepAt(Instant.ofEpochSecond(second))).isEqualTo(step);
  }

  @Test
  void newSeeds_areAsLongAsTheHash() {
    for (OtpAlgorithm algorithm : OtpAlgorithm.values()) {
      byte[] code = new Totp(algorithm, 8).code(new byte[algorithm.seedLength()], 1);
      assertThat(algorithm.seedLength() * 8).isGreaterThanOrEqualTo(160);
      assertThat(HexFormat.of().formatHex(code)).matches("(3\\d){8}");
    }
  }

  @Test
  void otherDigitsAndHashes_areRefused() {
    assertThat(
            catchThrowableOfType(RefusedException.class, () -> new Totp(OtpAlgorithm.SHA1, 7))
                .problem()
                .code())
        .isEqualTo(ErrorCode.INVALID_REQUEST);
    assertThat(
            catchThrowableOfType(RefusedException.class, () -> OtpAlgorithm.parse("md5"))
                .problem()
                .code())
        .isEqualTo(ErrorCode.INVALID_REQUEST);
    assertThat(OtpAlgorithm.parse("sha-256")).isEqualTo(OtpAlgorithm.SHA256);
  }
}
