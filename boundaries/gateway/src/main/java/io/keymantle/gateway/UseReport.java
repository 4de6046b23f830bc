package io.keymantle.gateway;

import io.keymantle.domain.Destination;
import io.keymantle.redeem.AgentSession;
import io.keymantle.redeem.ObservedUse;
import io.keymantle.redeem.Redeemer;

/// What one request's redemptions are reported as, to the ledger and to people who are asked.
/// Confined to its loop.
///
/// @param head before any value is put in
/// @param held what has arrived of the body
record UseReport(
    Redeemer redeemer,
    AgentSession session,
    Destination destination,
    RequestHead head,
    HeldRequest held) {

  /// Whether people will be asked about a redemption that is known by now: they are told what the
  /// body is, so it is awaited whole.
  boolean asksPeople(Substitution plan) {
    return plan.uses().stream().anyMatch(use -> asksPeople(use, plan));
  }

  private boolean asksPeople(Substitution.Use use, Substitution plan) {
    return redeemer.asksFor(
        session, use.grant(), destination.toString(), head.method(), plan.maskedPath());
  }

  /// Whether the agent would rather be told at once that people are asked (RFC 7240 section 4.1).
  boolean prefersAnswerAtOnce() {
    return head.fields().hasMember("prefer", "respond-async");
  }

  ObservedUse of(Substitution.Use use, Substitution plan) {
    String surface = use.binding().surface().toString();
    if (!asksPeople(use, plan)) {
      return ObservedUse.unasked(destination.toString(), head.method(), plan.maskedPath(), surface);
    }
    String query = head.query();
    return new ObservedUse(
        destination.toString(),
        head.method(),
        plan.maskedPath(),
        surface,
        query == null ? "" : SubstitutionPath.masked(query),
        ApprovedFields.of(head.fields()),
        held.length(),
        held.digest());
  }
}
