package io.keymantle.gateway;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.Base64;
import java.util.Random;

/// Broker tokens written in the ways in which an agent or a client may write them.
final class TokenForms {
  private TokenForms() {}

  /// A text and how it came about.
  record Written(String text, String how) {}

  static Written random(String token, Random random) {
    return switch (random.nextInt(9)) {
      case 0 -> new Written(token, "plain");
      case 1 -> new Written(percent(token, random.nextInt(1, 4)), "percent-encoded");
      case 2 -> new Written(somePercent(token, random), "partly percent-encoded");
      case 3 -> new Written(json(token, random), "JSON-escaped");
      case 4 -> new Written(percent(json(token, random), 1), "JSON-escaped, percent-encoded");
      case 5 -> base64(token, random, false);
      case 6 -> base64(token, random, true);
      case 7 -> new Written(utf16(token), "UTF-16");
      default -> new Written(somePercent(somePercent(token, random), random), "percent mix");
    };
  }

  static String percent(String text, int times) {
    StringBuilder out = new StringBuilder();
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      out.append('%').append("25".repeat(times - 1)).append("%02x".formatted((int) c));
    }
    return out.toString();
  }

  private static String somePercent(String text, Random random) {
    StringBuilder out = new StringBuilder();
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      out.append(
          random.nextInt(3) == 0
              ? (random.nextBoolean() ? "%%%02x" : "%%%02X").formatted((int) c)
              : String.valueOf(c));
    }
    return out.toString();
  }

  private static String json(String text, Random random) {
    StringBuilder out = new StringBuilder();
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      out.append(random.nextBoolean() ? "\\u%04x".formatted((int) c) : String.valueOf(c));
    }
    return out.toString();
  }

  private static Written base64(String token, Random random, boolean url) {
    int before = random.nextInt(4);
    String plain = "u:p:".substring(0, before) + token + ":x".substring(0, random.nextInt(3));
    Base64.Encoder encoder = url ? Base64.getUrlEncoder().withoutPadding() : Base64.getEncoder();
    return new Written(
        encoder.encodeToString(plain.getBytes(ISO_8859_1)), "base64 after " + before);
  }

  private static String utf16(String text) {
    StringBuilder out = new StringBuilder();
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      out.append(c).append('\0');
    }
    return out.toString();
  }

  /// Bytes without a token, rich in what tokens are made of.
  static String noise(Random random, int length) {
    String alphabet = "kmtKMT_%\\u0065b6aAzZ19+/=- &\r\n\0\u00ffrbXRftdF210";
    StringBuilder out = new StringBuilder();
    for (int i = 0; i < length; i++) {
      out.append(alphabet.charAt(random.nextInt(alphabet.length())));
    }
    return out.toString();
  }
}
