package io.keymantle.policy;

import io.keymantle.domain.Problem;
import java.time.Instant;
import java.util.Set;

/// What the rules say to a request. Exactly one of three, each with the rule that made it.
public sealed interface Decision {
  /// The name of the rule that decided, as it stands in a credential: `allowedAgents`,
  /// `requireTotp`, `expiresAfter`; or `agent` when the agent itself is refused.
  String rule();

  /// The agent may use the credential.
  ///
  /// @param expiresAt when the grant ends
  /// @param uses redemptions allowed in all; 0 means any number
  record Allow(String rule, Instant expiresAt, int uses) implements Decision {}

  /// The agent may not.
  record Refuse(String rule, Problem problem) implements Decision {}

  /// A person must confirm first.
  record NeedsApproval(String rule, Set<Factor> factors) implements Decision {
    public NeedsApproval {
      factors = Set.copyOf(factors);
    }
  }
}
