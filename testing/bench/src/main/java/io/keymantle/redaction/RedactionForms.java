package io.keymantle.redaction;

import io.keymantle.secret.SecretBytes;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/// A window into the redactor for its benchmark: the byte strings that a set looks for, so that
/// another matcher can be given the same, and crafted input can be made of them.
public final class RedactionForms {
  private RedactionForms() {}

  /// The distinct patterns, sorted.
  public static List<byte[]> of(Map<String, List<SecretBytes>> values) {
    TreeSet<byte[]> distinct = new TreeSet<>(Arrays::compareUnsigned);
    for (Pattern each : RedactionSet.patterns(values)) {
      distinct.add(each.bytes());
    }
    return List.copyOf(distinct);
  }
}
