package io.keymantle.policy;

import io.keymantle.domain.ErrorCode;
import io.keymantle.domain.Problem;
import io.keymantle.domain.Rules;
import java.time.Instant;
import java.util.Set;

/// The decision table of docs/design.md §2, in this order; the first rule that applies decides:
///
/// 1. `agent`: a revoked agent is refused.
/// 2. `allowedAgents`: an agent that is not named is refused, also when there are no rules because
///    the credential does not exist. Both read the same, so that an agent cannot learn names.
/// 3. `requireTotp`: a person must confirm.
/// 4. `expiresAfter`: allowed until then, for at most `uses` redemptions.
public final class Policy {
  private Policy() {}

  /// Decides for a credential with rules.
  public static Decision decide(AccessRequest request, Rules rules, Instant now) {
    if (request.agentRevoked()) {
      return new Decision.Refuse("agent", agentRevoked(request));
    }
    if (!rules.allowedAgents().contains(request.agent())) {
      return notAllowed(request);
    }
    if (rules.requireTotp()) {
      return new Decision.NeedsApproval("requireTotp", Set.of(Factor.TOTP));
    }
    return new Decision.Allow("expiresAfter", now.plus(rules.expiresAfter()), rules.uses());
  }

  /// Decides for a name that no credential has: reads as [#decide] does for an agent that is not
  /// allowed.
  public static Decision decideUnknown(AccessRequest request) {
    return request.agentRevoked()
        ? new Decision.Refuse("agent", agentRevoked(request))
        : notAllowed(request);
  }

  private static Decision notAllowed(AccessRequest request) {
    return new Decision.Refuse(
        "allowedAgents",
        Problem.about(
            request.credential(),
            ErrorCode.AGENT_NOT_ALLOWED,
            "agent " + request.agent() + " may not use a credential of this name",
            "ask a person to run: keymantle credential set "
                + request.credential()
                + " --agents "
                + request.agent()));
  }

  private static Problem agentRevoked(AccessRequest request) {
    return new Problem(
        ErrorCode.AGENT_REVOKED,
        "agent " + request.agent() + " was revoked",
        "ask a person to run: keymantle agent add " + request.agent());
  }
}
