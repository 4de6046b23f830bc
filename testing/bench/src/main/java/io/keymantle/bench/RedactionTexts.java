package io.keymantle.bench;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.keymantle.secret.SecretBytes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Random;

/// Seeded secrets and texts for [RedactionBench]: ordinary ones, and ones made to be slow.
final class RedactionTexts {
  private static final String BASE62 =
      "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
  private static final String[] WORDS =
      ("request completed connection from upstream timeout user session cache miss hit retry worker"
           + " queue payload commit branch pipeline deploy service gateway handler response status"
           + " error warning database query index table row update insert select token header")
          .split(" ");

  private final Random random;

  RedactionTexts(long seed) {
    random = new Random(seed);
  }

  String random(String alphabet, int length) {
    StringBuilder text = new StringBuilder(length);
    for (int i = 0; i < length; i++) {
      text.append(alphabet.charAt(random.nextInt(alphabet.length())));
    }
    return text.toString();
  }

  /// API keys, hex keys, base64 keys and passwords in equal parts, 16 to 64 characters.
  Map<String, List<SecretBytes>> secrets(int count) {
    List<String> values = new ArrayList<>();
    String[] prefixes = {"ghp_", "sk-proj-", "AKIA", "xoxb-", "glpat-", ""};
    for (int i = 0; i < count; i++) {
      values.add(
          switch (i & 3) {
            case 0 -> prefixes[random.nextInt(6)] + random(BASE62, 20 + random.nextInt(20));
            case 1 -> random("0123456789abcdef", 32 + 32 * random.nextInt(2));
            case 2 -> random(BASE62 + "+/", 40 + 4 * random.nextInt(3));
            default -> random(BASE62 + "!#$%&*-_=+?", 16 + random.nextInt(9));
          });
    }
    return secrets(values);
  }

  static Map<String, List<SecretBytes>> secrets(List<String> values) {
    return Map.of(
        "api",
        values.stream().map(each -> SecretBytes.copyOf("api", each.getBytes(US_ASCII))).toList());
  }

  /// A token whose header and issuer are those of all others.
  String jwt() {
    String header = "{\"alg\":\"RS256\",\"typ\":\"JWT\",\"kid\":\"2026-11\"}";
    String claims =
        "{\"iss\":\"https://accounts.example.com\",\"aud\":\"api\",\"sub\":\"" + random(BASE62, 24);
    Base64.Encoder encoder = Base64.getUrlEncoder().withoutPadding();
    return encoder.encodeToString(header.getBytes(US_ASCII))
        + "."
        + encoder.encodeToString((claims + "\",\"exp\":1795000000}").getBytes(US_ASCII))
        + "."
        + random(BASE62 + "-_", 86);
  }

  /// Log lines with times, addresses, identifiers, JSON and URLs.
  byte[] log(int size) {
    StringBuilder text = new StringBuilder(size + 512);
    for (int line = 0; text.length() < size; line++) {
      text.append("2026-11-21T02:").append(10 + line % 50).append(':').append(10 + line % 47);
      text.append(".").append(100 + random.nextInt(900)).append("Z INFO [worker-");
      text.append(random.nextInt(32)).append("] ");
      for (int i = 4 + random.nextInt(8); i > 0; i--) {
        text.append(WORDS[random.nextInt(WORDS.length)]).append(' ');
      }
      switch (line % 4) {
        case 0 -> text.append("{\"id\":\"").append(random("0123456789abcdef", 32)).append("\"}");
        case 1 -> text.append("GET https://api.example.com/v1/items?page=").append(line);
        case 2 ->
            text.append("10.0.").append(line & 255).append(".7:").append(random.nextInt(65536));
        default -> text.append("etag=").append(random(BASE62, 22)).append(" took ").append(line);
      }
      text.append('\n');
    }
    return text.substring(0, size).getBytes(US_ASCII);
  }

  byte[] jwts(int size) {
    StringBuilder text = new StringBuilder(size + 512);
    while (text.length() < size) {
      text.append("Bearer ").append(jwt()).append('\n');
    }
    return text.substring(0, size).getBytes(US_ASCII);
  }

  /// Parts of random patterns, one after the other: `most` bytes at most, from at most `skip` on,
  /// never a whole pattern.
  byte[] parts(List<byte[]> patterns, int least, int most, int skip, int size) {
    byte[] text = new byte[size];
    int at = 0;
    while (at < size) {
      byte[] pattern = patterns.get(random.nextInt(patterns.size()));
      int from = skip == 0 ? 0 : random.nextInt(skip);
      int length = Math.min(least + random.nextInt(most - least + 1), pattern.length - 1 - from);
      length = Math.min(length, size - at);
      System.arraycopy(pattern, from, text, at, length);
      at += length;
    }
    return text;
  }

  byte[] whole(List<byte[]> patterns, int size) {
    byte[] text = new byte[size];
    for (int at = 0; at < size; ) {
      byte[] pattern = patterns.get(random.nextInt(patterns.size()));
      int length = Math.min(pattern.length, size - at);
      System.arraycopy(pattern, 0, text, at, length);
      at += length;
    }
    return text;
  }

  /// One byte throughout, another one at every `period`.
  static byte[] same(int size, int period) {
    byte[] text = new byte[size];
    Arrays.fill(text, (byte) 'a');
    for (int at = period - 1; at < size; at += period) {
      text[at] = 'b';
    }
    return text;
  }
}
