package io.keymantle.cli;

import io.keymantle.domain.ApprovalId;
import java.io.IOException;

/// `approval show`: one question, whole.
final class ApprovalShowCommand implements Command {
  @Override
  public CommandDescription describe() {
    return Describe.command("approval show", "Show one question: who wants what, and who answered.")
        .argument(0, "APPROVAL", "Its id, such as apr_….")
        .examples("keymantle approval show apr_1a2b3c4d5e6f7g8h");
  }

  @Override
  public int run(Invocation invocation) throws IOException {
    ApprovalId id = new ApprovalId(invocation.argument(0));
    JsonObject approval = invocation.admin().get("/v1/approvals/" + id);
    if (invocation.json()) {
      invocation.say(Json.text(approval));
    } else {
      ApprovalText.lines(approval).forEach(invocation::say);
    }
    return ExitStatus.DONE;
  }
}
