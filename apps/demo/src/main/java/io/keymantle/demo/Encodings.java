package io.keymantle.demo;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/// Finds a known value in what an agent saw, in the encodings by which stolen values travel.
/// Written apart from the product's redaction on purpose, so that the one checks the other.
final class Encodings {
  private final Map<String, String> forms = new LinkedHashMap<>();
  private final Map<String, String> echoes = new LinkedHashMap<>();

  Encodings(String value) {
    byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
    forms.put("plain", value);
    forms.put("reversed", new StringBuilder(value).reverse().toString());
    forms.put("hex", HexFormat.of().formatHex(bytes));
    forms.put("HEX", HexFormat.of().withUpperCase().formatHex(bytes));
    forms.put("percent", percent(bytes));
    for (int shift = 0; shift < 3; shift++) {
      forms.put("base64+" + shift, alignedBase64(bytes, shift));
    }
    forms.put("utf-16", spaced(value, "\0"));
    echoes.putAll(forms);
    for (int shift = 0; shift < 3; shift++) {
      echoes.put("base64+" + shift, Base64.getEncoder().encodeToString(behind(bytes, shift)));
    }
  }

  /// The name of the encoding in which the text contains the value.
  Optional<String> foundIn(String text) {
    return forms.entrySet().stream()
        .filter(form ->
            text.contains(form.getValue()) || caseFolded(form.getKey(), form.getValue(), text))
        .map(Map.Entry::getKey)
        .findFirst();
  }

  /// What is searched for, by encoding: of base64 the characters that depend on the value alone.
  Map<String, String> forms() {
    return Map.copyOf(forms);
  }

  /// What a service that encodes the value sends: the whole of it.
  Map<String, String> echoes() {
    return Map.copyOf(echoes);
  }

  private static boolean caseFolded(String name, String form, String text) {
    return name.equals("percent")
        && text.toLowerCase(Locale.ROOT).contains(form.toLowerCase(Locale.ROOT));
  }

  private static String percent(byte[] bytes) {
    StringBuilder text = new StringBuilder();
    for (byte b : bytes) {
      text.append('%').append(HexFormat.of().withUpperCase().toHexDigits(b));
    }
    return text.toString();
  }

  /// The characters of a base64 text that depend on the value alone when `shift` other bytes stand
  /// before it.
  private static String alignedBase64(byte[] bytes, int shift) {
    byte[] padded = behind(bytes, shift);
    String text = Base64.getEncoder().withoutPadding().encodeToString(padded);
    int from = shift == 0 ? 0 : shift + 1;
    int whole = (padded.length / 3) * 4;
    return text.substring(from, Math.max(from, whole));
  }

  private static byte[] behind(byte[] bytes, int shift) {
    byte[] padded = new byte[shift + bytes.length];
    System.arraycopy(bytes, 0, padded, shift, bytes.length);
    return padded;
  }

  private static String spaced(String value, String gap) {
    return String.join(gap, value.split(""));
  }
}
