package io.keymantle.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.keymantle.domain.ErrorCode;
import io.keymantle.domain.RefusedException;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// JSON5 is read with nothing lost, and refused without showing anything.
class ConfigurationTextTest {
  private static final String EVERYTHING =
      "\ufeff// head\r\n"
          + "{ unquoted: 0x1F, 'single': +1, \"double\": .5, d: 5., e: -1e-3, i: Infinity, n:"
          + " -NaN,\n"
          + "  $a_1: [1, 2, /* in */ 3,], 'multi\\\n"
          + "line': 'it\\'s', nested: { t: true, f: false, z: null, },\n"
          + "  \u00e4\u00f6: '\u2028', esc: '\\x41\\u0042\\v\\0', } // tail";

  @Test
  void everyFormOfJson5_isReadAndShownAsItIs() {
    ConfigurationText text = ConfigurationText.parse(EVERYTHING);

    assertThat(RedactionTest.redacted(EVERYTHING).text()).isEqualTo(EVERYTHING);
    assertThat(text.comments())
        .extracting(c -> text.slice(c.start(), c.end()))
        .containsExactly(" head", " in ", " tail");
    assertThat(text.root()).isInstanceOf(Node.Members.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "", "{", "{ a: 'Kanari-7", "{ a: 1, a: 2 }", "{ a: 1, \"\\u0061\": 2 }", "{ a 1 }",
            "{ a: 01 }", "[1 2]", "{} x",
        "/* open", "/", "{ a: Kanari7 }", "'\\u12'", "\u0000", "{ a: '\\uD800' }", "{,}", "[,]",
            "{ a: 'x\ny' }",
      })
  void whatIsNotJson5_isRefusedWithItsLine_andNoTextOfTheFile(String text) {
    assertThatThrownBy(() -> ConfigurationText.parse(text))
        .isInstanceOfSatisfying(
            RefusedException.class,
            e -> {
              assertThat(e.problem().code()).isEqualTo(ErrorCode.INVALID_CONFIGURATION);
              assertThat(e.problem().message()).startsWith("line ").doesNotContain("Kanari");
            });
  }

  @Test
  void textBeyondTheLimits_isRefused() {
    String deep = "[".repeat(66) + "]".repeat(66);
    String long_ = "'" + "x".repeat(ConfigurationText.LONGEST) + "'";
    String key = "{ '" + "k".repeat(ConfigurationText.LONGEST_KEY + 1) + "': 1 }";

    assertThatThrownBy(() -> ConfigurationText.parse(deep)).hasMessageContaining("64 levels");
    assertThatThrownBy(() -> ConfigurationText.parse(long_)).hasMessageContaining("longer than");
    assertThatThrownBy(() -> ConfigurationText.parse(key)).hasMessageContaining("256 characters");
    assertThatCode(() -> ConfigurationText.parse("[".repeat(65) + "]".repeat(65)))
        .doesNotThrowAnyException();
  }

  @Test
  void flippedCharacters_areReadOrRefused_andNothingElse() {
    RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(20_260_924);
    int refused = 0;
    for (int i = 0; i < 1500; i++) {
      StringBuilder text = new StringBuilder(EVERYTHING);
      for (int flips = 1 + random.nextInt(3); flips > 0; flips--) {
        int at = random.nextInt(text.length());
        text.setCharAt(at, (char) (text.charAt(at) ^ 1 << random.nextInt(8)));
      }
      try {
        String flipped = text.toString();
        RedactedConfiguration file = RedactionTest.redacted(flipped);
        assertThat(Restoration.of(file, file.text(), SchemaFields.read())).isEqualTo(flipped);
      } catch (RefusedException e) {
        assertThat(e.problem().code())
            .isIn(ErrorCode.INVALID_CONFIGURATION, ErrorCode.SENTINEL_UNRESOLVED);
        refused++;
      }
    }
    assertThat(refused).as("some are broken, some are not").isBetween(150, 1450);
  }
}
