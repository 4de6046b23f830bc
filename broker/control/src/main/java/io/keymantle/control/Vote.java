package io.keymantle.control;

import io.keymantle.domain.Factor;
import io.keymantle.domain.PersonName;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;

/// What one person said to an approval.
///
/// @param factors what they proved to hold for this very answer
/// @param breakGlass a yes that stands alone
/// @param scope how far their yes reaches
/// @param lasts how long, when it is for more than once
/// @param reason their own words; may be empty
public record Vote(
    PersonName person,
    boolean approves,
    Set<Factor> factors,
    boolean breakGlass,
    ApprovalScope scope,
    Duration lasts,
    String reason,
    Instant at) {
  public Vote {
    factors = factors.isEmpty() ? Set.of() : Collections.unmodifiableSet(EnumSet.copyOf(factors));
  }
}
