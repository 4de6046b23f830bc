package io.keymantle.cli;

import java.io.IOException;

/// `grant list`: who may use what, until when.
final class GrantListCommand implements Command {
  @Override
  public CommandDescription describe() {
    return Describe.command("grant list", "List grants: who may use what, until when.")
        .flag("--live", "Only those that work now.")
        .examples("keymantle grant list", "keymantle grant list --live --json");
  }

  @Override
  public int run(Invocation invocation) throws IOException {
    JsonObject answer =
        invocation.admin().get(invocation.flag("--live") ? "/v1/grants?live=true" : "/v1/grants");
    if (invocation.json()) {
      invocation.say(Json.text(answer));
      return ExitStatus.DONE;
    }
    Table table = new Table("GRANT", "CREDENTIAL", "AGENT", "STATE", "EXPIRES", "USED", "TRUST");
    for (JsonObject grant : answer.objects("grants")) {
      long uses = grant.number("uses");
      table.row(
          grant.text("grant"),
          grant.text("credential"),
          grant.text("agent"),
          grant.text("state"),
          grant.text("expiresAt"),
          grant.number("used") + (uses == 0 ? "" : " of " + uses),
          grant.text("trust"));
    }
    table.print(invocation.terminal().out());
    return ExitStatus.DONE;
  }
}
