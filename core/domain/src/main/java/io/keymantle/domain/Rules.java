package io.keymantle.domain;

import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/// Who may use a credential, and how.
///
/// @param allowedAgents agents that may ask, in the order given; empty means none
/// @param requireTotp a person's TOTP code is needed for each grant
/// @param approvals what further needs people's yes; every rule that applies must be met
/// @param expiresAfter how long a grant lives: 1 second to 30 days
/// @param uses how many redemptions one grant allows; 0 means any number
public record Rules(
    Set<AgentName> allowedAgents,
    boolean requireTotp,
    List<ApprovalRule> approvals,
    Duration expiresAfter,
    int uses) {
  public static final Duration DEFAULT_EXPIRES_AFTER = Duration.ofHours(1);
  private static final Duration LONGEST = Duration.ofDays(30);

  public Rules {
    approvals = List.copyOf(approvals);
    allowedAgents = Collections.unmodifiableSet(new LinkedHashSet<>(allowedAgents));
    if (expiresAfter.compareTo(Duration.ofSeconds(1)) < 0 || expiresAfter.compareTo(LONGEST) > 0) {
      throw RefusedException.of(
          ErrorCode.INVALID_CONFIGURATION,
          "expiresAfter is 1s to 30d",
          "use a duration such as 1h");
    }
    if (uses < 0) {
      throw RefusedException.of(
          ErrorCode.INVALID_CONFIGURATION,
          "uses is 0 (any number) or more",
          "leave it out for any number");
    }
  }

  /// Rules that ask for no approval.
  public static Rules withoutApproval(
      Set<AgentName> allowedAgents, Duration expiresAfter, int uses) {
    return new Rules(allowedAgents, false, List.of(), expiresAfter, uses);
  }
}
