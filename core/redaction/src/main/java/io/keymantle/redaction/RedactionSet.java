package io.keymantle.redaction;

import io.keymantle.secret.SecretBytes;
import java.util.Map;

/// An immutable, compiled set of secret values with all their encodings. Thread-safe; share it
/// among streams.
public final class RedactionSet {
  /// Matches nothing.
  public static final RedactionSet EMPTY = new RedactionSet();

  private RedactionSet() {}

  /// Compiles values, each under the label that its mask shows (`[redacted:LABEL]`). Reads the
  /// values during the call only.
  public static RedactionSet compile(Map<String, ? extends Iterable<SecretBytes>> valuesByLabel) {
    throw new UnsupportedOperationException("being built");
  }

  /// True when there is nothing to match: streams may bypass redaction.
  public boolean isEmpty() {
    throw new UnsupportedOperationException("being built");
  }

  /// A matcher for one stream. Not thread-safe.
  public Redactor newRedactor() {
    throw new UnsupportedOperationException("being built");
  }
}
