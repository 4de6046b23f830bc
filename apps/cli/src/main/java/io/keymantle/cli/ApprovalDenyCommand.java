package io.keymantle.cli;

import io.keymantle.domain.ApprovalId;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;

/// `approval deny`: a person's no, or the end of a yes that was not used yet.
final class ApprovalDenyCommand implements Command {
  @Override
  public CommandDescription describe() {
    return Describe.command(
            "approval deny", "Say no to one question, or take back a yes that stands.")
        .argument(0, "APPROVAL", "Its id, such as apr_….")
        .option("--reason", "TEXT", "Your words, for the ledger and the others.")
        .examples(
            "keymantle approval deny apr_1a2b3c4d5e6f7g8h",
            "keymantle approval deny apr_1a2b3c4d5e6f7g8h --reason 'not from here'");
  }

  @Override
  public int run(Invocation invocation) throws IOException {
    ApprovalId id = new ApprovalId(invocation.argument(0));
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("decision", "deny");
    ApprovalApproveCommand.put(body, "reason", invocation.text("--reason"));
    JsonObject after = invocation.admin().post("/v1/approvals/" + id + "/votes", body);
    invocation.say(
        invocation.json() ? Json.text(after) : after.text("state") + ": " + after.text("summary"));
    return ExitStatus.DONE;
  }
}
