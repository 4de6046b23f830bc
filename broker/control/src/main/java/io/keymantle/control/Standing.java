package io.keymantle.control;

import io.keymantle.domain.ApprovalRule;
import io.keymantle.domain.PersonName;
import java.time.Duration;
import java.util.List;

/// How far one of an approval's rules is met.
///
/// @param counted whose yes counts for it
/// @param atMost the longest that a yes may last
public record Standing(ApprovalRule rule, List<PersonName> counted, Duration atMost) {
  public Standing {
    counted = List.copyOf(counted);
  }

  /// How many are missing.
  public int missing() {
    return Math.max(0, rule.required() - counted.size());
  }
}
