package io.keymantle.files;

import io.keymantle.redaction.RedactionSet;
import io.keymantle.redaction.Redactor;
import io.keymantle.secret.SecretBytes;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The secrets of one file, looked for in the rest of it: a value that stands once in its field and
/// once more in a comment is hidden in both.
///
/// Guarantees: values of eight characters or more are found in all encodings of [RedactionSet].
/// Shorter ones, from four on, are found as words of their own only: within others they would hide
/// ordinary text. Not guaranteed: values of one to three characters, which stand everywhere.
final class KnownSecrets {
  private static final Pattern ESCAPE =
      Pattern.compile("(?:\\\\x|%)([0-9a-fA-F]{2})|\\\\u([0-9a-fA-F]{4})");

  private static final int SHORTEST = 4;
  private static final int SHORTEST_WITHIN = 8;

  private final RedactionSet encoded;
  private final List<String> words;
  private final List<String> giants;
  private final boolean spanLines;

  private KnownSecrets(
      RedactionSet encoded, List<String> words, List<String> giants, boolean spanLines) {
    this.encoded = encoded;
    this.words = words;
    this.giants = giants;
    this.spanLines = spanLines;
  }

  static KnownSecrets of(Collection<String> secrets) {
    List<SecretBytes> values = new ArrayList<>();
    List<String> words = new ArrayList<>();
    List<String> giants = new ArrayList<>();
    for (String secret : List.copyOf(new java.util.LinkedHashSet<>(secrets))) {
      byte[] bytes = secret.getBytes(StandardCharsets.UTF_8);
      if (bytes.length > SecretBytes.MAX_LENGTH) {
        giants.add(secret);
      } else if (secret.length() >= SHORTEST_WITHIN) {
        values.add(SecretBytes.adopt("file", bytes));
      } else if (secret.length() >= SHORTEST) {
        words.add(secret);
      }
    }
    RedactionSet set = RedactionSet.compile(Map.of("file", values));
    values.forEach(SecretBytes::close);
    boolean spanLines = secrets.stream().anyMatch(secret -> secret.contains("\n"));
    return new KnownSecrets(set, words, giants, spanLines);
  }

  /// Whether any secret has several lines.
  boolean spanLines() {
    return spanLines;
  }

  /// Whether a long secret is in the text, in any encoding.
  boolean within(String text) {
    String plain = unescaped(text);
    return found(text) || (!plain.equals(text) && found(plain));
  }

  /// Escapes that no common encoder writes are read all the same: people write some.
  private static String unescaped(String text) {
    return ESCAPE
        .matcher(text)
        .replaceAll(escape -> {
          String digits = escape.group(1) != null ? escape.group(1) : escape.group(2);
          return Matcher.quoteReplacement(String.valueOf((char) Integer.parseInt(digits, 16)));
        });
  }

  private boolean found(String text) {
    if (giants.stream().anyMatch(text::contains)) {
      return true;
    }
    if (encoded.isEmpty() || text.length() < SHORTEST_WITHIN) {
      return false;
    }
    Redactor redactor = encoded.newRedactor();
    redactor.update(
        ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)), (bytes, fromInput) -> {});
    redactor.finish((bytes, fromInput) -> {});
    return redactor.hits() > 0;
  }

  /// Whether any secret is in the text, short ones as words of their own.
  boolean in(String text) {
    return within(text) || words.stream().anyMatch(word -> isWordOf(text, word));
  }

  private static boolean isWordOf(String text, String word) {
    for (int at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + 1)) {
      int end = at + word.length();
      boolean startsAlone = at == 0 || !Character.isLetterOrDigit(text.charAt(at - 1));
      boolean endsAlone = end == text.length() || !Character.isLetterOrDigit(text.charAt(end));
      if (startsAlone && endsAlone) {
        return true;
      }
    }
    return false;
  }
}
