package io.keymantle.cli;

import io.keymantle.domain.CredentialName;
import io.keymantle.domain.ErrorCode;
import io.keymantle.domain.RefusedException;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;

/// `request`: a grant and its broker token, for the agent that asks or, by a person, for an agent.
final class RequestCommand implements Command {
  @Override
  public CommandDescription describe() {
    return ApprovalWait.describe(
            Describe.command("request", "Ask for a credential; answers with a broker token."))
        .details(
            "Inside keymantle run the agent asks for itself. A person names the agent. Where people"
                + " must say",
            "yes, it waits; with --wait 0s it answers with the approval to ask again under.")
        .argument(0, "CREDENTIAL", "Its name.")
        .option("--agent", "NAME", "The agent for which a person asks.")
        .option("--reason", "TEXT", "What it is for; people read it in the ledger.")
        .examples(
            "keymantle request github-api --reason 'read issues'",
            "keymantle request github-api --agent main --json",
            "keymantle request production-db --wait 0s --json");
  }

  @Override
  public int run(Invocation invocation) throws IOException {
    CredentialName name = new CredentialName(invocation.argument(0));
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("credential", name.value());
    body.put("reason", invocation.text("--reason"));
    String agent = invocation.text("--agent");
    BrokerClient broker;
    if (agent.isEmpty() && !AgentClient.isWanted(invocation.terminal())) {
      throw RefusedException.of(
          ErrorCode.UNAUTHENTICATED,
          "a person asks for an agent, and none was named",
          "keymantle request " + name + " --agent NAME");
    }
    if (agent.isEmpty()) {
      broker = AgentClient.of(invocation.terminal(), invocation.home());
    } else {
      broker = invocation.admin();
      body.put("agent", agent);
    }
    JsonObject grant = ApprovalWait.of(invocation, broker).request(body);
    if (grant.text("status").equals("approval_required")) {
      return waits(invocation, name, grant);
    }
    invocation.say(invocation.json() ? Json.text(grant) : grant.text("bare"));
    return ExitStatus.DONE;
  }

  private static int waits(Invocation invocation, CredentialName name, JsonObject asked) {
    if (invocation.json()) {
      invocation.say(Json.text(asked));
      return ExitStatus.REFUSED;
    }
    throw RefusedException.about(
        name, ErrorCode.APPROVAL_REQUIRED, asked.text("message"), asked.text("fix"));
  }
}
