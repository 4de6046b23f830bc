package io.keymantle.control;

import java.time.Duration;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/// How a source has been since the broker started.
///
/// @param reads calls of it, further tries included
/// @param failures those of them that gave no value
/// @param failuresByCode the same by their codes
/// @param lastFailure code of the latest, or empty
/// @param time of all calls together, those that failed included
/// @param slowest the longest that one call took
/// @param resting whether it failed so often in a row that it is not asked for a while
public record SourceHealth(
    String scheme,
    long reads,
    long failures,
    Map<String, Long> failuresByCode,
    String lastFailure,
    Duration time,
    Duration slowest,
    boolean resting) {
  public SourceHealth {
    failuresByCode = Collections.unmodifiableMap(new TreeMap<>(failuresByCode));
  }

  /// Of a source that was not read yet.
  public static SourceHealth unread(String scheme) {
    return new SourceHealth(scheme, 0, 0, Map.of(), "", Duration.ZERO, Duration.ZERO, false);
  }

  /// What one call took, on average.
  public Duration average() {
    return reads == 0 ? Duration.ZERO : time.dividedBy(reads);
  }
}
