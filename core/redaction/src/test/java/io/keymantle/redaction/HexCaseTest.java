package io.keymantle.redaction;

import static io.keymantle.redaction.Streams.bytes;
import static io.keymantle.redaction.Streams.redact;
import static io.keymantle.redaction.Streams.set;
import static io.keymantle.redaction.Streams.text;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.URLEncoder;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HexCaseTest {
  /// Random values, each hex digit in a case of its own, cut at every place.
  @Test
  void hexDigitsInMixedCase_areMasked_howeverTheInputIsSplit() {
    for (int seed = 0; seed < 60; seed++) {
      Random random = new Random(seed);
      String value = value(random);
      RedactionSet set = set("a", value, "b", "Other-" + value);
      for (String form : forms(value, random)) {
        byte[] input = ("[[" + form + "]]").getBytes(ISO_8859_1);
        int[] everywhere = new int[input.length];
        Arrays.setAll(everywhere, i -> i);
        String context = "seed " + seed + ": " + form;
        assertThat(text(redact(set, input, everywhere))).as(context).isEqualTo("[[[redacted:a]]]");
        for (int cut = 0; cut <= input.length; cut++) {
          assertThat(text(redact(set, input, cut))).as(context).isEqualTo("[[[redacted:a]]]");
        }
      }
    }
  }

  private static String value(Random random) {
    StringBuilder value = new StringBuilder();
    for (int i = 8 + random.nextInt(24); i > 0; i--) {
      value.append((char) (random.nextInt(8) == 0 ? 0xE0 + random.nextInt(31) : random(random)));
    }
    return value.toString();
  }

  private static int random(Random random) {
    return ' ' + random.nextInt(95);
  }

  private static List<String> forms(String value, Random random) {
    String json =
        value.chars().mapToObj(each -> "\\u" + hex(each, 4, random)).reduce("", String::concat);
    String html =
        value
            .codePoints()
            .mapToObj(each -> "&#x" + hex(each, 2, random) + ";")
            .reduce("", String::concat);
    return List.of(
        eachByte(value, each -> hex(each, 2, random)),
        eachByte(value, each -> "%" + hex(each, 2, random)),
        json,
        html,
        minimalPercent(value, random),
        minimalJson(value, random));
  }

  private static String eachByte(String value, IntFunction<String> encoder) {
    StringBuilder form = new StringBuilder();
    for (byte each : bytes(value)) {
      form.append(encoder.apply(each & 0xFF));
    }
    return form.toString();
  }

  private static String minimalPercent(String value, Random random) {
    String encoded = URLEncoder.encode(value, UTF_8);
    StringBuilder form = new StringBuilder();
    for (int i = 0; i < encoded.length(); i++) {
      form.append(encoded.charAt(i));
      if (encoded.charAt(i) == '%') {
        form.append(hex(Integer.parseInt(encoded.substring(i + 1, i + 3), 16), 2, random));
        i += 2;
      }
    }
    return form.toString();
  }

  private static String minimalJson(String value, Random random) {
    StringBuilder form = new StringBuilder();
    for (char each : value.toCharArray()) {
      if (each > '~') {
        form.append("\\u").append(hex(each, 4, random));
      } else {
        form.append(each == '"' || each == '\\' ? "\\" : "").append(each);
      }
    }
    return form.toString();
  }

  private static String hex(int value, int digits, Random random) {
    StringBuilder form = new StringBuilder();
    for (int shift = 4 * (digits - 1); shift >= 0; shift -= 4) {
      char digit = Character.forDigit((value >>> shift) & 15, 16);
      form.append(random.nextBoolean() ? Character.toUpperCase(digit) : digit);
    }
    return form.toString();
  }

  @ParameterizedTest
  @CsvSource({
    "s3cr/t/value, x s3cr%2ft%2Fvalue y, x [redacted:a] y",
    "OjOjOjOjOj, 4f6A4F6a4f6a4F6A4f6a, [redacted:a]",
    "OjOjOjOjOj, 4f6A4F6a4f6a4F6A4f6, 4f6A4F6a4f6a4F6A4f6",
    "Zxcvbnmq-token, ZXcvbnmq-token, ZXcvbnmq-token",
    "Zxcvbnmq-token, Zxcvbnmq-tokEn, [redacted:a]"
  })
  void onlyLettersThatAreHexDigits_matchInEitherCase(String value, String input, String expected) {
    assertThat(redact(set("a", value), input)).isEqualTo(expected);
  }

  @Test
  void whatIsHeldBack_comesOutAsItWas() {
    RedactionSet set = set("a", "Abcdef-ABCDEF-abcdef");
    byte[] input = bytes("aBcDeF-abcdef-ABCDE");
    for (int cut = 0; cut <= input.length; cut++) {
      assertThat(text(redact(set, input, cut))).isEqualTo(text(input));
    }
  }

  @Test
  void eightBytesAtATime_areFoldedLikeOne() {
    for (int value = 0; value < 256; value++) {
      byte[] eight = {'@', 'A', (byte) value, 'F', 'G', (byte) 0xC1, (byte) ~value, '`'};
      long together = ByteBuffer.wrap(eight).order(ByteOrder.LITTLE_ENDIAN).getLong(0);
      HexCase.fold(eight);
      assertThat(HexCase.fold(together))
          .isEqualTo(ByteBuffer.wrap(eight).order(ByteOrder.LITTLE_ENDIAN).getLong(0));
    }
  }
}
