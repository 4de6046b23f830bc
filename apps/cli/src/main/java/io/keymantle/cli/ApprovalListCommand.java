package io.keymantle.cli;

import java.io.IOException;
import java.util.List;

/// `approval list`: what people are asked.
final class ApprovalListCommand implements Command {
  @Override
  public CommandDescription describe() {
    return Describe.command("approval list", "List the questions that wait for an answer.")
        .flag("--all", "Also those that were answered or have ended.")
        .flag("--watch", "Go on with new ones and with changes as they come.")
        .examples(
            "keymantle approval list",
            "keymantle approval list --all --json",
            "keymantle approval list --watch");
  }

  @Override
  public int run(Invocation invocation) throws IOException {
    String target = invocation.flag("--all") ? "/v1/approvals" : "/v1/approvals?state=pending";
    if (invocation.flag("--watch")) {
      return new ApprovalFeed(invocation.admin(), "/v1/approvals")
          .follow(
              approval ->
                  invocation.say(
                      invocation.json()
                          ? Json.text(approval)
                          : approval.text("id")
                              + "  "
                              + approval.text("state")
                              + "  "
                              + approval.text("summary")),
              () -> !invocation.terminal().out().checkError());
    }
    JsonObject answer = invocation.admin().get(target);
    if (invocation.json()) {
      invocation.say(Json.text(answer));
      return ExitStatus.DONE;
    }
    List<JsonObject> approvals = answer.objects("approvals");
    if (approvals.isEmpty()) {
      invocation.note("nobody waits for an answer");
      return ExitStatus.DONE;
    }
    ApprovalText.table(approvals).print(invocation.terminal().out());
    return ExitStatus.DONE;
  }
}
