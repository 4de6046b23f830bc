package io.keymantle.redeem;

import io.keymantle.control.Approval;
import io.keymantle.control.ApprovalRequest;
import io.keymantle.control.Approvals;
import io.keymantle.control.Refusals;
import io.keymantle.domain.ApprovalRule;
import io.keymantle.domain.Credential;
import io.keymantle.domain.Grant;
import io.keymantle.domain.LedgerEvent;
import io.keymantle.domain.LedgerEvent.Kind;
import io.keymantle.domain.LedgerEvent.Phase;
import io.keymantle.domain.RefusedException;
import io.keymantle.policy.Policy;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Holds the uses that people have to say yes to. Thread-safe.
final class UseGate {
  private final Approvals approvals;
  private final RedemptionLog log;
  private final Clock clock;

  UseGate(Approvals approvals, RedemptionLog log, Clock clock) {
    this.approvals = approvals;
    this.log = log;
    this.clock = clock;
  }

  static List<ApprovalRule> needs(
      Session session, GrantEntry grant, String destination, String method, String path) {
    return Policy.needsOfUse(
        session.agent().name(), grant.current().rules(), destination, method, path);
  }

  /// Returns when people have said yes to this very use; may take minutes.
  ///
  /// @throws RefusedException as [Approvals#pass]; the refusal is in the ledger
  void pass(
      Session session,
      GrantEntry grant,
      ObservedUse use,
      List<ApprovalRule> needs,
      Redeemer.Callback callback) {
    Credential credential = grant.current();
    ApprovalRequest request = request(session, grant, credential, use, needs);
    try {
      Approval approval = approvals.pass(request, callback.waits(), callback::wanted);
      if (!Approvals.revision(grant.current()).equals(request.revision())) {
        throw new RefusedException(Refusals.approvalOver(approval));
      }
    } catch (RefusedException e) {
      log.append(refusal(session, grant, use, e.problem().code().text()));
      throw e;
    }
  }

  private static ApprovalRequest request(
      Session session,
      GrantEntry grant,
      Credential credential,
      ObservedUse use,
      List<ApprovalRule> needs) {
    Grant granted = grant.grant();
    return new ApprovalRequest(
        ApprovalRequest.Kind.USE,
        granted.agent(),
        credential.name(),
        new ApprovalRequest.Target(
            use.destination(),
            use.method(),
            use.path(),
            use.query(),
            use.headers(),
            use.bodyBytes(),
            use.bodyDigest()),
        granted.reason(),
        session.trust(),
        Optional.of(session.run()).filter(run -> !run.isEmpty()),
        Approvals.revision(credential),
        needs);
  }

  private LedgerEvent refusal(Session session, GrantEntry grant, ObservedUse use, String code) {
    return new LedgerEvent(
        clock.instant(),
        Kind.DECISION,
        Phase.FACT,
        "",
        session.entry().actor(),
        grant.credential().value(),
        grant.id().value(),
        use.destination(),
        use.method(),
        use.path(),
        "refused",
        code,
        Map.of("rule", "approval", "surface", use.surface()));
  }
}
