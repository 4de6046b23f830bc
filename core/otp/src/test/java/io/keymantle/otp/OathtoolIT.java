package io.keymantle.otp;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// A second implementation as oracle: oathtool of the OATH Toolkit.
final class OathtoolIT {
  @Test
  void codes_ofRandomSeedsAndMoments_areThoseOfOathtool() throws Exception {
    Random random = new Random(6238);
    for (OtpAlgorithm algorithm : OtpAlgorithm.values()) {
      for (int digits : List.of(6, 8)) {
        for (int i = 0; i < 5; i++) {
          byte[] seed = new byte[algorithm.seedLength()];
          random.nextBytes(seed);
          long second = random.nextLong(1L << 33);
          byte[] code = new Totp(algorithm, digits).code(seed, second / Totp.STEP_SECONDS);

          assertThat(new String(code, StandardCharsets.US_ASCII))
              .isEqualTo(oathtool(algorithm, digits, seed, second));
        }
      }
    }
  }

  private static String oathtool(OtpAlgorithm algorithm, int digits, byte[] seed, long second)
      throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(
                "oathtool",
                "--totp=" + algorithm,
                "--digits=" + digits,
                "--now=@" + second,
                "--base32",
                "-")
            .redirectErrorStream(true)
            .start();
    process.getOutputStream().write(Base32.encode(seed).getBytes(StandardCharsets.US_ASCII));
    process.getOutputStream().close();
    String answer = new String(process.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
    assertThat(process.waitFor()).as(answer).isZero();
    return answer.strip();
  }
}
