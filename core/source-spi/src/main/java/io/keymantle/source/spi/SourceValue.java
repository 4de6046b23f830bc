package io.keymantle.source.spi;

import io.keymantle.secret.SecretBytes;
import java.time.Duration;
import java.util.Optional;

/// What was read.
///
/// @param version how the source names this version, for the ledger; empty when it has none
/// @param goodFor the longest that it may be kept, where the source says so
public record SourceValue(SecretBytes bytes, String version, Optional<Duration> goodFor) {
  /// A value of a source without versions.
  public static SourceValue of(SecretBytes bytes) {
    return new SourceValue(bytes, "", Optional.empty());
  }
}
