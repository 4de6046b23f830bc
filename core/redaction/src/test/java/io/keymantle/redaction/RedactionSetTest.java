package io.keymantle.redaction;

import static io.keymantle.redaction.Streams.bytes;
import static io.keymantle.redaction.Streams.redact;
import static io.keymantle.redaction.Streams.set;
import static io.keymantle.redaction.Streams.text;
import static org.assertj.core.api.Assertions.assertThat;

import io.keymantle.redaction.Streams.Collected;
import java.net.URLEncoder;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RedactionSetTest {
  private static final String VALUE = "s3cr/t+\"v<l&e'> \\é~";
  private static final RedactionSet SET = set("github-api", VALUE);

  private static void assertMasked(byte[] form) {
    byte[] input = concat(bytes("[["), form, bytes("]]"));
    assertThat(text(redact(SET, input))).isEqualTo("[[[redacted:github-api]]]");
  }

  private static byte[] concat(byte[]... parts) {
    ByteBuffer all = ByteBuffer.allocate(Arrays.stream(parts).mapToInt(part -> part.length).sum());
    for (byte[] part : parts) {
      all.put(part);
    }
    return all.array();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '§',
      quoteCharacter = '¤',
      value = {
        "raw § s3cr/t+\"v<l&e'> \\é~",
        "json § s3cr/t+\\\"v<l&e'> \\\\é~",
        "json, slash § s3cr\\/t+\\\"v<l&e'> \\\\é~",
        "json, ascii § s3cr/t+\\\"v<l&e'> \\\\\\u00e9~",
        "json, ascii and slash § s3cr\\/t+\\\"v<l&e'> \\\\\\u00E9~",
        "json, Go § s3cr/t+\\\"v\\u003cl\\u0026e'\\u003e \\\\é~",
        "json, Gson § s3cr/t+\\\"v\\u003cl\\u0026e\\u0027\\u003e \\\\é~",
        "html § s3cr/t+&quot;v&lt;l&amp;e&#39;&gt; \\é~",
        "html, hex apostrophe § s3cr/t+&quot;v&lt;l&amp;e&#x27;&gt; \\é~",
        "html, named apostrophe § s3cr/t+&quot;v&lt;l&amp;e&apos;&gt; \\é~",
        "html, Go § s3cr/t+&#34;v&lt;l&amp;e&#39;&gt; \\é~",
        "html, text only § s3cr/t+\"v&lt;l&amp;e'&gt; \\é~",
        "percent, RFC 3986 § s3cr%2Ft%2B%22v%3Cl%26e%27%3E%20%5C%C3%A9~",
        "percent, lower § s3cr%2ft%2b%22v%3cl%26e%27%3e%20%5c%c3%a9~",
        "percent, encodeURIComponent § s3cr%2Ft%2B%22v%3Cl%26e'%3E%20%5C%C3%A9~",
        "percent, encodeURI § s3cr/t+%22v%3Cl&e'%3E%20%5C%C3%A9~",
        "form § s3cr%2Ft%2B%22v%3Cl%26e%27%3E+%5C%C3%A9%7E",
        "form, tilde left § s3cr%2Ft%2B%22v%3Cl%26e%27%3E+%5C%C3%A9~"
      })
  void minimalForm_isMasked(String form, String encoded) {
    assertThat(form).isNotEmpty();
    assertMasked(bytes(encoded));
  }

  @Test
  void formEncodingOfTheJdk_isMasked() {
    assertMasked(bytes(URLEncoder.encode(VALUE, StandardCharsets.UTF_8)));
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void formsOfEveryCharacter_areMasked(boolean upper) {
    HexFormat hex = upper ? HexFormat.of().withUpperCase() : HexFormat.of();
    assertMasked(bytes(hex.formatHex(bytes(VALUE))));
    assertMasked(bytes(hex.withPrefix("%").formatHex(bytes(VALUE))));
    StringBuilder json = new StringBuilder();
    StringBuilder html = new StringBuilder();
    for (int i = 0; i < VALUE.length(); i++) {
      char each = VALUE.charAt(i);
      json.append("\\u").append(hex.toHexDigits(each));
      html.append("&#x").append(hex.toHexDigits((byte) each)).append(';');
    }
    assertMasked(bytes(json.toString()));
    assertMasked(bytes(html.toString()));
  }

  @Test
  void decimalHtml_utf16_andReversed_areMasked() {
    StringBuilder html = new StringBuilder();
    VALUE.chars().forEach(each -> html.append("&#").append(each).append(';'));
    assertMasked(bytes(html.toString()));
    assertMasked(VALUE.getBytes(StandardCharsets.UTF_16LE));
    assertMasked(VALUE.getBytes(StandardCharsets.UTF_16BE));
    byte[] value = bytes(VALUE);
    byte[] reversed = new byte[value.length];
    for (int i = 0; i < value.length; i++) {
      reversed[i] = value[value.length - 1 - i];
    }
    assertMasked(reversed);
  }

  @Test
  void base64_isMaskedAtEveryAlignmentAndLength() {
    for (int length = 8; length < 12; length++) {
      byte[] value = Arrays.copyOf(bytes("?>\u00ff\u00fe?>~~zz??zz"), length);
      RedactionSet set = set("a", value);
      for (int before = 0; before < 6; before++) {
        for (int after = 0; after < 4; after++) {
          byte[] data = concat(new byte[before], value, new byte[after]);
          for (Base64.Encoder encoder :
              List.of(
                  Base64.getEncoder(),
                  Base64.getUrlEncoder(),
                  Base64.getUrlEncoder().withoutPadding())) {
            String encoded = encoder.encodeToString(data);
            String out = redact(set, encoded);
            assertThat(out).contains("[redacted:a]");
            String left = out.replace("[redacted:a]", "");
            int others = (before * 8 + 5) / 6 + (after * 8 + 5) / 6;
            assertThat(left.replace("=", "").length()).isLessThanOrEqualTo(others);
          }
        }
      }
    }
  }

  @Test
  void base64InLines_isMasked() {
    byte[] value = new byte[300];
    new Random(7).nextBytes(value);
    RedactionSet set = set("a", value);
    String mime = Base64.getMimeEncoder().encodeToString(value);
    assertThat(redact(set, mime)).isEqualTo("[redacted:a]");
    assertThat(redact(set, mime.replace("\r\n", "\n"))).isEqualTo("[redacted:a]");
  }

  @Test
  void valueOfLines_isMaskedWithEitherLineBreak_andLineByLine() {
    String one = "MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7";
    String two = "VJTUt9Us8cKjMzEfYfjiWA4R4";
    String pem =
        "-----BEGIN PRIVATE KEY-----\n" + one + "\n" + two + "\n-----END PRIVATE KEY-----\n";
    RedactionSet set = set("key", pem);
    assertThat(redact(set, pem)).isEqualTo("[redacted:key]");
    assertThat(redact(set, "<" + pem.strip() + ">")).isEqualTo("<[redacted:key]>");
    assertThat(redact(set, pem.replace("\n", "\r\n")))
        .startsWith("[redacted:key]")
        .hasSizeLessThan(17);
    assertThat(redact(set, pem.replace("\n", "\\n"))).isEqualTo("[redacted:key]");
    assertThat(redact(set, two + "|" + one)).isEqualTo("[redacted:key]|[redacted:key]");
    assertThat(redact(set, "-----BEGIN PRIVATE KEY-----\nanother"))
        .isEqualTo("-----BEGIN PRIVATE KEY-----\nanother");
  }

  @Test
  void mask_tellsNothingOfTheLength() {
    assertThat(
            redact(set("a", "12345678", "a", "x".repeat(5_000)), "12345678 " + "x".repeat(5_000)))
        .isEqualTo("[redacted:a] [redacted:a]");
  }

  @Test
  void sink_isToldLabelAndEncoding() {
    Collected out = new Collected();
    Redactor redactor = set("one", "Zt2LwX9mKe", "two", "other-value").newRedactor();
    redactor.update(ByteBuffer.wrap(bytes("5a74324c7758396d4b65 other-value")), out);
    redactor.finish(out);
    assertThat(out.hits).containsExactly("one hex", "two raw");
    assertThat(redactor.hits()).isEqualTo(2);
  }

  @Test
  void shortValues_areFoundAsTheyAreOnly_andTheShortestNotAtAll() {
    RedactionSet set = set("seven", "Zq3-x9!", "three", "abc");
    assertThat(redact(set, "Zq3-x9! abc " + HexFormat.of().formatHex(bytes("Zq3-x9!"))))
        .isEqualTo("[redacted:seven] abc 5a71332d783921");
    assertThat(set("three", "abc").isEmpty()).isTrue();
  }

  @Test
  void binaryValue_isMasked() {
    byte[] value = new byte[32];
    new Random(1).nextBytes(value);
    RedactionSet set = set("a", value);
    assertThat(text(redact(set, concat(bytes("<"), value, bytes(">")))))
        .isEqualTo("<[redacted:a]>");
    assertThat(redact(set, HexFormat.of().formatHex(value))).isEqualTo("[redacted:a]");
  }

  @Test
  void valueOfGreatestLength_isMaskedAcrossPieces() {
    byte[] value = new byte[64 * 1024];
    new Random(2).nextBytes(value);
    for (int i = 0; i < value.length; i++) {
      value[i] |= (byte) 0x80; // one line
    }
    RedactionSet set = set("a", value);
    byte[] input = concat(bytes("<"), value, bytes(">"), Arrays.copyOf(value, 60_000), bytes("!"));
    int[] cuts = new int[input.length / 1_000];
    Arrays.setAll(cuts, i -> i * 1_000);
    assertThat(text(redact(set, input, cuts)))
        .isEqualTo("<[redacted:a]>" + text(Arrays.copyOf(value, 60_000)) + "!");
  }

  @Test
  void emptySet_passesEverything() {
    assertThat(RedactionSet.EMPTY.isEmpty()).isTrue();
    assertThat(RedactionSet.compile(Map.of()).isEmpty()).isTrue();
    assertThat(set("empty", "").isEmpty()).isTrue();
    assertThat(redact(RedactionSet.EMPTY, "anything")).isEqualTo("anything");
    assertThat(SET.isEmpty()).isFalse();
  }

  @Test
  void toString_showsNothing() {
    assertThat(SET).hasToString("[redaction set]");
  }
}
