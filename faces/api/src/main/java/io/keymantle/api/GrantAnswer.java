package io.keymantle.api;

import io.keymantle.control.Approval;
import io.keymantle.control.ApprovalState;
import io.keymantle.control.Approvals;
import io.keymantle.control.Control;
import io.keymantle.control.Durations;
import io.keymantle.control.Grants.Answer;
import io.keymantle.control.Requester;
import io.keymantle.domain.CredentialName;
import java.time.Duration;

/// Answers a request for a credential: with a grant, or that people have been asked.
final class GrantAnswer {
  /// The longest that one call is kept waiting; who wants to wait longer calls again.
  private static final Duration LONGEST = Duration.ofSeconds(60);

  private GrantAnswer() {}

  /// The approval when it is no longer pending, or after a time.
  ///
  /// @param wait a duration; empty for none
  static Approval awaited(Approvals approvals, Approval approval, String wait) {
    if (wait.isEmpty() || approval.state() != ApprovalState.PENDING) {
      return approval;
    }
    Duration asked = Durations.parse(wait);
    return approvals.await(approval.id(), asked.compareTo(LONGEST) > 0 ? LONGEST : asked);
  }

  /// @param body has `credential`, `reason`, and `wait`, which says how long to wait for people
  static ApiResponse to(Control control, Requester requester, JsonBody body) {
    CredentialName name = new CredentialName(body.required("credential"));
    String reason = body.text("reason");
    Answer answer = control.grants().ask(requester, name, reason);
    if (answer instanceof Answer.Asked(Approval approval)
        && awaited(control.approvals(), approval, body.text("wait")).state()
            != ApprovalState.PENDING) {
      answer = control.grants().ask(requester, name, reason);
    }
    return switch (answer) {
      case Answer.Issued(var issued) ->
          ApiResponse.json(201, JsonText.object(json -> Views.issued(json, issued)));
      case Answer.Asked(Approval approval) -> ApprovalViews.asked(approval);
    };
  }
}
