package io.keymantle.policy;

import io.keymantle.domain.ApprovalRule;
import io.keymantle.domain.Problem;
import java.time.Instant;
import java.util.List;

/// What the rules say to a request. Exactly one of three, each with the rule that made it.
public sealed interface Decision {
  /// The name of the rule that decided, as it stands in a credential: `allowedAgents`,
  /// `requireTotp`, `approval`, `expiresAfter`; or `agent` when the agent itself is refused.
  String rule();

  /// The agent may use the credential.
  ///
  /// @param expiresAt when the grant ends
  /// @param uses redemptions allowed in all; 0 means any number
  record Allow(String rule, Instant expiresAt, int uses) implements Decision {}

  /// The agent may not.
  record Refuse(String rule, Problem problem) implements Decision {}

  /// People must say yes first.
  ///
  /// @param needs every one of which must be met
  record NeedsApproval(String rule, List<ApprovalRule> needs) implements Decision {
    public NeedsApproval {
      needs = List.copyOf(needs);
    }
  }
}
