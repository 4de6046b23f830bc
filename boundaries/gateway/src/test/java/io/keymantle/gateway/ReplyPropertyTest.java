package io.keymantle.gateway;

import static io.keymantle.gateway.ReplyFixture.VALUE;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.URLEncoder;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class ReplyPropertyTest {
  private static final List<String> CODINGS =
      List.of(
          "identity",
          "gzip",
          "gzip-members",
          "deflate",
          "deflate-raw",
          "br",
          "zstd",
          "zstd-frames");

  private static String form(Random random) {
    byte[] value = VALUE.getBytes(ISO_8859_1);
    String before = "abc".substring(0, random.nextInt(3));
    return switch (random.nextInt(7)) {
      case 0 -> Base64.getEncoder().encodeToString((before + VALUE).getBytes(ISO_8859_1));
      case 1 -> Base64.getUrlEncoder().encodeToString((before + VALUE).getBytes(ISO_8859_1));
      case 2 -> HexFormat.of().formatHex(value);
      case 3 -> URLEncoder.encode(VALUE, ISO_8859_1);
      case 4 -> new StringBuilder(VALUE).reverse().toString();
      case 5 -> new String(VALUE.getBytes(java.nio.charset.StandardCharsets.UTF_16LE), ISO_8859_1);
      default -> VALUE;
    };
  }

  @Test
  void value_inAnyFormCodingAndCut_neverReachesTheAgent() {
    ReplyFixture fixture = new ReplyFixture();
    for (long seed = 0; seed < 1_500; seed++) {
      Random random = new Random(seed);
      String form = form(random);
      String inHead = form(random).replace("\0", "");
      String coding = CODINGS.get(random.nextInt(CODINGS.size()));
      StringBuilder plain = new StringBuilder();
      for (int i = random.nextInt(5); i >= 0; i--) {
        plain.append(TokenForms.noise(random, random.nextInt(400))).append(' ').append(form);
        plain.append(' ');
      }
      byte[] body = ReplyFixture.encoded(coding, plain.toString().getBytes(ISO_8859_1));

      var seen =
          fixture.reply(
              ReplyFixture.head(
                  200,
                  "OK",
                  "X-Echo: " + inHead,
                  "Content-Encoding: " + ReplyFixture.wireName(coding)),
              body,
              1 + random.nextInt(1 + random.nextInt(body.length)));

      assertThat(seen.text())
          .as("seed " + seed + " " + coding)
          .doesNotContain(core(form))
          .contains("[redacted:github-api]");
      assertThat(seen.head()).as("seed " + seed).doesNotContain(core(inHead));
    }
  }

  /// The middle of a form: a base64's first and last characters are shared with its neighbours.
  private static String core(String form) {
    return form.substring(6, form.length() - 6);
  }
}
