package io.keymantle.redaction;

import static io.keymantle.redaction.Streams.text;
import static org.assertj.core.api.Assertions.assertThat;

import io.keymantle.secret.SecretBytes;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Random secrets, in random encodings, in random text, split at random: against an oracle that
/// looks for every pattern at every position.
class RedactorOracleTest {
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 5, 20, 60})
  void output_masksExactlyWhatTheOracleFinds(int secrets) {
    for (int seed = 0; seed < 60; seed++) {
      Random random = new Random(1_000L * secrets + seed);
      Map<String, List<SecretBytes>> values = values(random, secrets);
      List<Pattern> patterns = RedactionSet.patterns(values);
      RedactionSet set = RedactionSet.compile(values);
      byte[] input = document(random, patterns);
      String expected = text(Oracle.redact(patterns, input));
      String context = "secrets " + secrets + " seed " + seed;
      assertThat(text(Streams.redact(set, input))).as(context).isEqualTo(expected);
      for (int round = 0; round < 8; round++) {
        int[] cuts = random.ints(random.nextInt(60), 0, input.length + 1).sorted().toArray();
        assertThat(text(Streams.redact(set, input, cuts)))
            .as(context + " cuts " + Arrays.toString(cuts))
            .isEqualTo(expected);
      }
      int[] everywhere = new int[input.length];
      Arrays.setAll(everywhere, i -> i);
      assertThat(text(Streams.redact(set, input, everywhere))).as(context).isEqualTo(expected);
    }
  }

  private static Map<String, List<SecretBytes>> values(Random random, int count) {
    int least = random.nextBoolean() ? 4 : 16; // the matcher looks at more first bytes of long ones
    List<Object> labelled = new ArrayList<>();
    byte[] last = new byte[0];
    for (int i = 0; i < count; i++) {
      int alphabet = new int[] {2, 4, 30, 256}[random.nextInt(4)];
      int first = alphabet == 256 ? 0 : random.nextBoolean() ? 'a' : 'A';
      byte[] value = new byte[least + random.nextInt(random.nextBoolean() ? 10 : 60)];
      for (int j = 0; j < value.length; j++) {
        value[j] = (byte) (first + random.nextInt(alphabet));
      }
      if (random.nextInt(3) == 0) {
        System.arraycopy(last, 0, value, 0, Math.min(last.length, value.length) / 2);
      }
      last = value;
      labelled.add("label" + i % 7);
      labelled.add(value);
    }
    return Streams.secrets(labelled.toArray());
  }

  /// Patterns, beginnings and ends of patterns, ordinary bytes.
  private static byte[] document(Random random, List<Pattern> patterns) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    int parts = 5 + random.nextInt(30);
    for (int i = 0; i < parts; i++) {
      byte[] bytes = patterns.get(random.nextInt(patterns.size())).bytes();
      switch (random.nextInt(5)) {
        case 0 -> out.writeBytes(bytes);
        case 1 -> out.write(bytes, 0, random.nextInt(bytes.length));
        case 2 -> {
          int from = random.nextInt(bytes.length);
          out.write(bytes, from, bytes.length - from);
        }
        case 3 -> {
          for (int j = random.nextInt(60); j > 0; j--) {
            out.write((random.nextBoolean() ? 'a' : 'A') + random.nextInt(4));
          }
        }
        case 4 -> {
          for (int j = random.nextInt(60); j > 0; j--) {
            out.write(' ' + random.nextInt(90));
          }
        }
        default -> throw new AssertionError();
      }
    }
    return out.toByteArray();
  }
}
