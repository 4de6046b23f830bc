package io.keymantle.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.keymantle.domain.ErrorCode;
import io.keymantle.domain.Problem;
import io.keymantle.domain.RefusedException;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class SecretStrengthTest {
  private final Random random = new Random(20261126);

  private byte[] bytes(int length) {
    byte[] bytes = new byte[length];
    random.nextBytes(bytes);
    return bytes;
  }

  private String of(String alphabet, int length) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < length; i++) {
      text.append(alphabet.charAt(random.nextInt(alphabet.length())));
    }
    return text.toString();
  }

  @Test
  void whatAMachineMakes_isAccepted_tenThousandTimes() {
    for (int i = 0; i < 2_000; i++) {
      for (String made :
          new String[] {
            Base64.getEncoder().encodeToString(bytes(48)),
            HexFormat.of().formatHex(bytes(48)),
            HexFormat.of().formatHex(bytes(24)),
            Base64.getUrlEncoder().encodeToString(bytes(36)),
            of("abcdefghijklmnopqrstuvwxyz", 48)
          }) {
        assertThatCode(() -> SecretStrength.require(made))
            .as("%s: %s bits", made, SecretStrength.bits(made))
            .doesNotThrowAnyException();
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "p9Zt3vKx7QmW2rYc8LdN5sGhB1fJ4aUeT6oRiXwVyCkHqDz",
        "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
        "abababababababababababababababababababababababababababababababababab",
        "0123456789012345678901234567890123456789012345678901234567890123456789",
        "00010002000300040005000600070008000900100011001200130014001500160017",
        "1234567890abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ",
        "zyxwvutsrqponmlkjihgfedcbaZYXWVUTSRQPONMLKJIHGFEDCBA9876543210",
        "acegikmoqsuwybdfhjlnprtvxzACEGIKMOQSUWYBDFHJLNPRTVXZ",
        "qwertyuiopasdfghjklzxcvbnm1234567890qwertyuiopasdfghjkl",
        "!@#$%^&*()qwertyuiop[]asdfghjkl;'zxcvbnm,./1234567890-=",
        "correct horse battery staple correct horse battery staple",
        "this is the session secret of the keymantle broker in our office",
        "ThisIsTheSessionSecretOfTheKeymantleBrokerInOurOffice2026!",
        "change-me-change-me-change-me-change-me-change-me-change-me",
        "Password1!Password2!Password3!Password4!Password5!Password6!",
        "p9Zt3vKxp9Zt3vKxp9Zt3vKxp9Zt3vKxp9Zt3vKxp9Zt3vKxp9Zt3vKx",
        "2026-11-26 2026-11-27 2026-11-28 2026-11-29 2026-11-30 2026-12-01"
      })
  void whatAPersonWrites_isRefused_withTheCommandThatMakesOne(String written) {
    Problem problem =
        catchThrowableOfType(RefusedException.class, () -> SecretStrength.require(written))
            .problem();

    assertThat(problem.code()).isEqualTo(ErrorCode.WEAK_SECRET);
    assertThat(problem.fix()).contains("openssl rand -base64 48");
    if (!written.isEmpty()) {
      assertThat(problem.toString()).doesNotContain(written);
    }
  }

  @Test
  void secret_showsNothingOfItself() {
    String chosen = Base64.getEncoder().encodeToString(bytes(48));

    assertThat(SessionSecret.chosen(chosen).toString()).doesNotContain(chosen);
  }
}
