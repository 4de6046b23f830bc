package io.keymantle.redeem;

import io.keymantle.secret.SecretBytes;
import io.keymantle.source.spi.SourceValue;
import java.time.Duration;
import java.time.InstantSource;

/// A value that was read for a grant.
///
/// @param version how its source names it; empty where the store or nobody has versions
/// @param untilMillis when it has to be read anew, by the clock of the home
record KeptValue(SecretBytes bytes, String version, long untilMillis) {
  static KeptValue of(SourceValue read, InstantSource clock) {
    long until =
        read.goodFor()
            .map(Duration::toMillis)
            .map(most -> clock.millis() + most)
            .orElse(Long.MAX_VALUE);
    return new KeptValue(read.bytes(), read.version(), until);
  }

  /// The same reading of a value that is held already.
  KeptValue with(SecretBytes held) {
    return new KeptValue(held, version, untilMillis);
  }

  boolean isGood(InstantSource clock) {
    return untilMillis == Long.MAX_VALUE || clock.millis() < untilMillis;
  }
}
