package io.keymantle.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;

/// A person's authenticator app, played by oathtool: six digits, SHA-1, steps of 30 s (RFC 6238).
/// Not safe for several threads.
final class Authenticator {
  private static final int STEP_SECONDS = 30;

  /// What may pass between showing a code and its check, on a busy machine.
  private static final int SHOWN_SECONDS = 15;

  private final String secret;
  private long last;

  /// @param secret in base 32, as shown to who cannot scan
  Authenticator(String secret) {
    this.secret = secret.replace(" ", "");
  }

  String secret() {
    return secret;
  }

  /// A code that was not shown before and counts for [#SHOWN_SECONDS] at least: of the step before,
  /// of this or of the next. Waits when all of them were shown.
  String fresh() {
    last = Math.max(last + 1, step(SHOWN_SECONDS) - 1);
    await().atMost(Duration.ofSeconds(2 * STEP_SECONDS)).until(() -> last <= step(0) + 1);
    return at(last);
  }

  String at(long step) {
    return at(secret, 6, step);
  }

  /// The step that a clock shows which is some seconds ahead.
  static long step(int secondsAhead) {
    return (System.currentTimeMillis() / 1000 + secondsAhead) / STEP_SECONDS;
  }

  static String at(String secret, int digits, long step) {
    List<String> command =
        List.of(
            "oathtool",
            "--totp",
            "--digits=" + digits,
            "--now=@" + step * STEP_SECONDS,
            "--base32",
            "-");
    try {
      Process oathtool = new ProcessBuilder(command).redirectErrorStream(true).start();
      oathtool.getOutputStream().write(secret.getBytes(StandardCharsets.US_ASCII));
      oathtool.getOutputStream().close();
      String output =
          new String(oathtool.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
      assertThat(oathtool.waitFor()).as(output).isZero();
      return output.strip();
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException("oathtool did not answer", e);
    }
  }
}
