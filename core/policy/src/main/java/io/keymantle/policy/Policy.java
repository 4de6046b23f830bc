package io.keymantle.policy;

import io.keymantle.domain.AgentName;
import io.keymantle.domain.ApprovalRule;
import io.keymantle.domain.ErrorCode;
import io.keymantle.domain.Factor;
import io.keymantle.domain.Problem;
import io.keymantle.domain.Rules;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/// The decision table of docs/design.md §2, in this order; the first rule that applies decides:
///
/// 1. `agent`: a revoked agent is refused.
/// 2. `allowedAgents`: an agent that is not named is refused, also when there are no rules because
///    the credential does not exist. Both read the same, so that an agent cannot learn names.
/// 3. `requireTotp`, `approval`: people must say yes to the grant.
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
    List<ApprovalRule> needs = needsOfGrant(request.agent(), rules);
    if (!needs.isEmpty()) {
      return new Decision.NeedsApproval(rules.requireTotp() ? "requireTotp" : "approval", needs);
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

  /// What a grant needs. `requireTotp` adds the code to whatever else asks before every grant; it
  /// stands for itself where nothing does.
  private static List<ApprovalRule> needsOfGrant(AgentName agent, Rules rules) {
    List<ApprovalRule> needs = new ArrayList<>();
    boolean coded = false;
    for (ApprovalRule rule : rules.approvals()) {
      if (!rule.everyUse() && rule.when().concerns(agent)) {
        coded |= rules.requireTotp() && rule.when().agents().isEmpty();
        needs.add(rules.requireTotp() ? rule.with(Factor.TOTP) : rule);
      }
    }
    if (rules.requireTotp() && !coded) {
      needs.add(ApprovalRule.of(Factor.TOTP));
    }
    return needs;
  }

  /// What one use of a granted credential needs; empty when it needs nothing.
  ///
  /// @param destination the verified peer, or the command's executable
  /// @param path canonical, without a query
  public static List<ApprovalRule> needsOfUse(
      AgentName agent, Rules rules, String destination, String method, String path) {
    if (rules.approvals().isEmpty()) {
      return List.of();
    }
    return rules.approvals().stream()
        .filter(rule -> rule.everyUse() && rule.when().concerns(agent, destination, method, path))
        .toList();
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
