package io.keymantle.gateway;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.keymantle.domain.ErrorCode;
import io.keymantle.domain.RefusedException;
import io.netty.buffer.Unpooled;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class TokenScannerTest {
  private static final String TOKEN = SubstitutionFixture.token(7);

  private static List<TokenScanner.Found> scan(String text) {
    byte[] bytes = text.getBytes(ISO_8859_1);
    return TokenScanner.scan(bytes, 0, bytes.length);
  }

  private static RefusedException refused(String what) {
    return RefusedException.of(ErrorCode.SURFACE_MISMATCH, what, "");
  }

  @Test
  void token_plain_isFoundWhereItStands() {
    assertThat(scan("a " + TOKEN + " b"))
        .singleElement()
        .satisfies(found -> {
          assertThat(found.start()).isEqualTo(2);
          assertThat(found.end()).isEqualTo(46);
          assertThat(found.form()).isEqualTo(TokenScanner.Form.PLAIN);
          assertThat(found.token().orElseThrow().value()).isEqualTo(TOKEN);
        });
  }

  @Test
  void token_inAnyForm_isFoundWithItsText() {
    Random random = new Random(1);
    for (int i = 0; i < 2_000; i++) {
      TokenForms.Written written = TokenForms.random(TOKEN, random);
      assertThat(scan("x=" + written.text() + "&y"))
          .as(written.how())
          .singleElement()
          .satisfies(found -> assertThat(found.token().orElseThrow().value()).isEqualTo(TOKEN));
    }
  }

  @Test
  void token_betweenRandomBytes_isFoundInEveryForm() {
    Random random = new Random(2);
    for (int i = 0; i < 500; i++) {
      TokenForms.Written written = TokenForms.random(TOKEN, random);
      String text =
          TokenForms.noise(random, 300)
              + " "
              + written.text()
              + " "
              + TokenForms.noise(random, 300);
      assertThat(scan(text)).as(written.how()).hasSize(1);
    }
  }

  @ValueSource(
      strings = {
        "kmt_",
        "kmt_short",
        "kmt_fifteen15chars",
        "no token at all",
        "a210X",
        "%6bmt_%",
        "\\u006bmt_\\u00",
        "kmt-aB3dE6gH9jK2mN5pQ8sT1vW4yZ7bC0eF00070007"
      })
  @ParameterizedTest
  void text_withoutToken_isNotTakenForOne(String text) {
    assertThat(scan(text)).isEmpty();
  }

  @ValueSource(ints = {16, 20, 39, 41, 60})
  @ParameterizedTest
  void token_cutOrTooLong_isFoundWithoutText(int characters) {
    String near = "kmt_" + "aB3dE6gH9jK2mN5pQ8sT".repeat(4).substring(0, characters);

    assertThat(scan("<" + near + ">"))
        .singleElement()
        .satisfies(found -> assertThat(found.token()).isEmpty());
  }

  @Test
  void token_withPrefixInOtherCase_isFoundWithoutText() {
    assertThat(scan("Kmt_" + TOKEN.substring(4))).hasSize(1);
    assertThat(scan(TOKEN.toUpperCase(Locale.ROOT)))
        .singleElement()
        .satisfies(found -> assertThat(found.token()).isEmpty());
  }

  @Test
  void tokens_repeated_areAllFound() {
    String twice = TOKEN + "," + TokenForms.percent(TOKEN, 1) + ";" + TOKEN;

    assertThat(scan(twice)).hasSize(3);
  }

  @Test
  void stream_cutAnywhere_findsTheTokenAndPassesNoSixteenCharactersOfIt() {
    Random random = new Random(3);
    for (int i = 0; i < 1_500; i++) {
      TokenForms.Written written = TokenForms.random(TOKEN, random);
      String text = TokenForms.noise(random, random.nextInt(40)) + "=" + written.text() + "&tail";
      StringBuilder passed = new StringBuilder();
      boolean caught = false;
      BodyTokenScanner scanner =
          new BodyTokenScanner(found -> refused("whole: " + found.getFirst().token().isPresent()));
      try {
        for (int at = 0; at < text.length(); ) {
          int size = Math.min(text.length() - at, 1 + random.nextInt(1 + random.nextInt(60)));
          passed.append(
              scanner
                  .piece(Unpooled.copiedBuffer(text.substring(at, at + size), ISO_8859_1))
                  .toString(ISO_8859_1));
          at += size;
        }
        scanner.finish();
      } catch (RefusedException refused) {
        caught = true;
        assertThat(refused.getMessage()).as(written.how()).contains("whole: true");
      }
      assertThat(caught).as(written.how() + " in " + text).isTrue();
      assertThat(scan(passed.toString())).isEmpty();
    }
  }

  @Test
  void stream_withoutToken_passesUnchangedWhateverTheCut() {
    Random random = new Random(4);
    for (int i = 0; i < 500; i++) {
      String text = TokenForms.noise(random, random.nextInt(2_000));
      StringBuilder passed = new StringBuilder();
      BodyTokenScanner scanner = new BodyTokenScanner(found -> refused("noise"));
      for (int at = 0; at < text.length(); ) {
        int size = Math.min(text.length() - at, 1 + random.nextInt(300));
        passed.append(
            scanner
                .piece(Unpooled.copiedBuffer(text.substring(at, at + size), ISO_8859_1))
                .toString(ISO_8859_1));
        at += size;
      }
      passed.append(scanner.finish().toString(ISO_8859_1));
      assertThat(passed.toString()).isEqualTo(text);
    }
  }

  @Test
  void stream_ofOrdinaryText_isHardlyHeldBack() {
    byte[] text = "{\"event\":\"done\"}\n".getBytes(ISO_8859_1);

    assertThat(TokenScanner.held(text, 0, text.length)).isGreaterThanOrEqualTo(text.length - 1);
  }
}
