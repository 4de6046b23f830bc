package io.keymantle.redaction;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// The meaning of redaction, written for clarity and not for speed: all occurrences of all
/// patterns, with letters A to F in either case, without those inside others, in order; each gives
/// a mask, but one that overlaps the one before it under the same label does not.
final class Oracle {
  private record Found(int start, int end, String label) {}

  private Oracle() {}

  static byte[] redact(List<Pattern> patterns, byte[] input) {
    List<Found> kept = new ArrayList<>();
    for (Found each : occurrences(patterns, folded(input))) {
      while (!kept.isEmpty() && kept.getLast().start >= each.start) {
        kept.removeLast();
      }
      kept.add(each);
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    int written = 0;
    String last = "";
    for (Found each : kept) {
      if (each.start >= written) {
        out.write(input, written, each.start - written);
      }
      if (each.start >= written || !each.label.equals(last)) {
        out.writeBytes(("[redacted:" + each.label + "]").getBytes(UTF_8));
        last = each.label;
      }
      written = each.end;
    }
    out.write(input, written, input.length - written);
    return out.toByteArray();
  }

  private static byte[] folded(byte[] bytes) {
    byte[] folded = bytes.clone();
    for (int i = 0; i < folded.length; i++) {
      folded[i] = (byte) ("ABCDEF".indexOf(folded[i]) < 0 ? folded[i] : folded[i] - 'A' + 'a');
    }
    return folded;
  }

  /// By end; of those with one end the longest, and of equal ones the first.
  private static List<Found> occurrences(List<Pattern> patterns, byte[] input) {
    Found[] byEnd = new Found[input.length + 1];
    for (Pattern each : patterns) {
      byte[] wanted = folded(each.bytes());
      int length = wanted.length;
      for (int start = 0; start + length <= input.length; start++) {
        Found other = byEnd[start + length];
        if ((other == null || other.start > start)
            && Arrays.equals(input, start, start + length, wanted, 0, length)) {
          byEnd[start + length] = new Found(start, start + length, each.label());
        }
      }
    }
    return Arrays.stream(byEnd).filter(each -> each != null).toList();
  }
}
