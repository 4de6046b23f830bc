package io.keymantle.redaction;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;

/// What the streams of one set share, all of it immutable.
///
/// @param labels distinct labels
/// @param masks per label: what is written
/// @param labelOf per pattern: its label's index
/// @param encodingOf per pattern: its encoding's name
/// @param lengths per pattern: bytes
@SuppressWarnings("ArrayRecordComponent") // never compared, never leaves the package
record CompiledSet(
    PatternTrie trie,
    GramFilter filter,
    String[] labels,
    byte[][] masks,
    int[] labelOf,
    String[] encodingOf,
    int[] lengths) {

  /// Compiles at least one pattern, whose bytes it folds. Of equal ones the first in the list
  /// counts.
  static CompiledSet of(List<Pattern> all) {
    for (Pattern each : all) {
      HexCase.fold(each.bytes());
    }
    all.sort(Comparator.comparing(Pattern::bytes, Arrays::compareUnsigned));
    List<Pattern> patterns = new ArrayList<>(all.size());
    for (Pattern each : all) {
      if (patterns.isEmpty() || !Arrays.equals(patterns.getLast().bytes(), each.bytes())) {
        patterns.add(each);
      }
    }
    LinkedHashSet<String> names = new LinkedHashSet<>();
    for (Pattern each : patterns) {
      names.add(each.label());
    }
    String[] labels = names.toArray(String[]::new);
    Map<String, Integer> index = new HashMap<>();
    byte[][] masks = new byte[labels.length][];
    for (int i = 0; i < labels.length; i++) {
      index.put(labels[i], i);
      masks[i] = ("[redacted:" + labels[i] + "]").getBytes(StandardCharsets.UTF_8);
    }
    int count = patterns.size();
    int[] labelOf = new int[count];
    String[] encodingOf = new String[count];
    int[] lengths = new int[count];
    for (int k = 0; k < count; k++) {
      Pattern each = patterns.get(k);
      labelOf[k] = index.getOrDefault(each.label(), 0);
      encodingOf[k] = each.encoding();
      lengths[k] = each.bytes().length;
    }
    return new CompiledSet(
        new PatternTrie(patterns),
        new GramFilter(patterns),
        labels,
        masks,
        labelOf,
        encodingOf,
        lengths);
  }

  @Override
  public String toString() {
    return "[compiled set]";
  }
}
