package io.keymantle.control;

import io.keymantle.domain.Factor;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;

/// The factors of one person, without what they are made of.
///
/// @param active enrolled and confirmed, also while locked or disabled
/// @param confirming a seed waits for its first code
/// @param totpDigits how many digits the codes of the person's app have; six while there is none
/// @param recoveryCodes how many are left
/// @param lockedUntil when the last lock after wrong tries ends
/// @param disabled refused for good after a hundred wrong tries in a row; to be enrolled again
public record FactorStatus(
    Set<Factor> active,
    boolean confirming,
    int totpDigits,
    int recoveryCodes,
    Optional<Instant> lockedUntil,
    Set<Factor> disabled) {
  public FactorStatus {
    active = Set.copyOf(active);
    disabled = Set.copyOf(disabled);
  }
}
