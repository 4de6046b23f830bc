package io.keymantle.cli;

import io.keymantle.domain.AgentName;
import java.io.IOException;

/// `agent revoke`: ends an agent, its runs and its grants.
final class AgentRevokeCommand implements Command {
  @Override
  public CommandDescription describe() {
    return Describe.command(
            "agent revoke", "Revoke an agent: its token, runs and grants end at once.")
        .argument(0, "NAME", "The agent.")
        .examples("keymantle agent revoke main");
  }

  @Override
  public int run(Invocation invocation) throws IOException {
    AgentName name = new AgentName(invocation.argument(0));
    invocation.admin().delete("/v1/agents/" + name);
    invocation.say(invocation.json() ? "{\"revoked\":\"" + name + "\"}" : "revoked " + name);
    return ExitStatus.DONE;
  }
}
