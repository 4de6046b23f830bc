package io.keymantle.cli;

import java.io.IOException;

/// `agent list`: all agents and where their traffic may go.
final class AgentListCommand implements Command {
  @Override
  public CommandDescription describe() {
    return Describe.command("agent list", "List agents and where their traffic may go.")
        .examples("keymantle agent list", "keymantle agent list --json");
  }

  @Override
  public int run(Invocation invocation) throws IOException {
    JsonObject answer = invocation.admin().get("/v1/agents");
    if (invocation.json()) {
      invocation.say(Json.text(answer));
      return ExitStatus.DONE;
    }
    Table table = new Table("NAME", "STATE", "EGRESS", "ALLOWED", "TUNNELLED");
    for (JsonObject agent : answer.objects("agents")) {
      JsonObject egress = agent.object("egress");
      table.row(
          agent.text("name"),
          agent.flag("revoked") ? "revoked" : "active",
          egress.text("mode"),
          String.join(",", egress.texts("allow")),
          String.join(",", egress.texts("tunnel")));
    }
    if (table.isEmpty()) {
      invocation.note("there are none yet; fix: keymantle agent add main");
      return ExitStatus.DONE;
    }
    table.print(invocation.terminal().out());
    return ExitStatus.DONE;
  }
}
