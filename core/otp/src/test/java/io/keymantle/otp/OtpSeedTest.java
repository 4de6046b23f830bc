package io.keymantle.otp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.keymantle.domain.ErrorCode;
import io.keymantle.domain.RefusedException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class OtpSeedTest {
  private static final byte[] RFC = ascii("12345678901234567890");
  private static final String RFC_BASE32 = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  private static OtpSeed parse(String text) {
    byte[] bytes = ascii("[" + text + "]");
    return OtpSeed.parse(bytes, 1, bytes.length - 2);
  }

  private static String codeAt59(String text) {
    try (OtpSeed seed = parse(text)) {
      return new String(seed.code(1), StandardCharsets.US_ASCII);
    }
  }

  /// RFC 4648 §10.
  @ParameterizedTest
  @CsvSource({
    "f, MY",
    "fo, MZXQ",
    "foo, MZXW6",
    "foob, MZXW6YQ",
    "fooba, MZXW6YTB",
    "foobar, MZXW6YTBOI"
  })
  void base32_isThatOfRfc4648(String plain, String encoded) {
    assertThat(Base32.encode(ascii(plain))).isEqualTo(encoded);
    assertThat(Base32.decode(ascii(encoded), 0, encoded.length())).contains(ascii(plain));
    String padded = encoded + "=".repeat((8 - encoded.length() % 8) % 8);
    assertThat(Base32.decode(ascii(padded), 0, padded.length())).contains(ascii(plain));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        RFC_BASE32,
        "gezd gnbv gy3t qojq gezd gnbv gy3t qojq",
        "GEZD-GNBV-GY3T-QOJQ-GEZD-GNBV-GY3T-QOJQ\n",
        "otpauth://totp/GitHub:me?secret=" + RFC_BASE32 + "&issuer=GitHub",
        "OTPAUTH://TOTP/x?digits=6&period=30&secret=" + RFC_BASE32 + "&algorithm=SHA1"
      })
  void seed_isReadAsServicesGiveIt(String text) {
    assertThat(codeAt59(text)).isEqualTo("287082");
  }

  @Test
  void uri_saysHashAndDigits_andReadsBack() {
    Totp totp = new Totp(OtpAlgorithm.SHA1, 8);
    String uri = OtpSeed.uri(totp, RFC, "Keymantle", "alice@home one");

    assertThat(uri)
        .isEqualTo(
            "otpauth://totp/Keymantle:alice%40home%20one?secret="
                + RFC_BASE32
                + "&issuer=Keymantle&algorithm=SHA1&digits=8&period=30");
    assertThat(codeAt59(uri)).isEqualTo("94287082");
    try (OtpSeed sha512 = parse(uri.replace("SHA1", "SHA512"))) {
      assertThat(sha512.totp()).isEqualTo(new Totp(OtpAlgorithm.SHA512, 8));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "hunter2",
        "GEZDGNBVGY3TQOJ0GEZDGNBVGY3TQOJ0",
        "GEZDGNBV",
        "otpauth://hotp/x?secret=" + RFC_BASE32,
        "otpauth://totp/x?issuer=y",
        "otpauth://totp/x",
        "otpauth://totp/x?secret=" + RFC_BASE32 + "&digits=7",
        "otpauth://totp/x?secret=" + RFC_BASE32 + "&period=60",
        "otpauth://totp/x?secret=" + RFC_BASE32 + "&algorithm=MD5"
      })
  void whatIsNoSeed_isRefused_withoutAPartOfIt(String text) {
    RefusedException refused =
        catchThrowableOfType(RefusedException.class, () -> parse(text).close());

    assertThat(refused.problem().code()).isEqualTo(ErrorCode.VALUE_UNUSABLE);
    assertThat(refused.getMessage()).doesNotContain("GEZD", "hunter2");
  }

  @Test
  void seed_showsNothing_andIsGoneAfterClose() {
    OtpSeed seed = parse(RFC_BASE32);
    assertThat(seed.toString()).doesNotContain("GEZD", "1234567890");
    String before = new String(seed.code(1), StandardCharsets.US_ASCII);

    seed.close();

    assertThat(new String(seed.code(1), StandardCharsets.US_ASCII)).isNotEqualTo(before);
  }
}
