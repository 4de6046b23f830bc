package io.keymantle.redaction;

import static io.keymantle.redaction.Streams.text;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.keymantle.secret.SecretBytes;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/// Any split of the input gives the same output as one piece, and no value survives.
///
/// The input is lines: two values, the distance between cuts, and the document, in which byte 1
/// followed by n stands for the n-th pattern and byte 2 followed by n for all but its last byte.
class RedactorFuzzTest {
  @FuzzTest(maxDuration = "60s")
  void anySplit_isOnePiece_andNoValueSurvives(byte[] data) {
    String[] parts = text(data).split("\n", 4);
    if (parts.length < 4 || parts[0].length() > 200 || parts[1].length() > 200) {
      return;
    }
    Map<String, List<SecretBytes>> values =
        Streams.secrets("x", latin(parts[0]), "y", latin(parts[1]));
    List<Pattern> patterns = RedactionSet.patterns(values);
    if (patterns.isEmpty()) {
      return;
    }
    RedactionSet set = RedactionSet.compile(values);
    byte[] input = document(latin(parts[3]), patterns);
    String whole = text(Streams.redact(set, input));
    int distance = 1 + (parts[2].hashCode() & 63);
    int[] cuts = IntStream.range(0, input.length).filter(i -> i % distance == 0).toArray();
    assertThat(text(Streams.redact(set, input, cuts))).isEqualTo(whole);
    assertThat(whole).isEqualTo(text(Oracle.redact(patterns, input)));
  }

  private static byte[] latin(String text) {
    return text.getBytes(ISO_8859_1);
  }

  private static byte[] document(byte[] script, List<Pattern> patterns) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (int i = 0; i < script.length && out.size() < 20_000; i++) {
      if (script[i] > 2 || script[i] < 1 || i + 1 == script.length) {
        out.write(script[i]);
      } else {
        byte[] form = patterns.get((script[i + 1] & 0xFF) % patterns.size()).bytes();
        out.writeBytes(Arrays.copyOf(form, form.length + 1 - script[i]));
        i++;
      }
    }
    return out.toByteArray();
  }
}
