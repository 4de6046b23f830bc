package io.keymantle.cli;

import java.io.IOException;
import java.util.List;

/// `credential list`: all credentials for a person; for an agent the names that it may ask for.
final class CredentialListCommand implements Command {
  @Override
  public CommandDescription describe() {
    return Describe.command(
            "credential list", "List credentials; inside run, those that the agent may ask for.")
        .examples("keymantle credential list", "keymantle credential list --json");
  }

  @Override
  public int run(Invocation invocation) throws IOException {
    boolean agent = AgentClient.isWanted(invocation.terminal());
    BrokerClient broker =
        agent ? AgentClient.of(invocation.terminal(), invocation.home()) : invocation.admin();
    JsonObject answer = broker.get("/v1/credentials");
    if (invocation.json()) {
      invocation.say(Json.text(answer));
      return ExitStatus.DONE;
    }
    if (agent) {
      answer.objects("credentials").forEach(each -> invocation.say(each.text("name")));
      return ExitStatus.DONE;
    }
    Table table = new Table("NAME", "AGENTS", "GOES TO", "SOURCE", "GRANTS LIVE");
    for (JsonObject credential : answer.objects("credentials")) {
      List<String> targets =
          credential.objects("bindings").stream()
              .map(binding -> binding.text("destination") + binding.text("command"))
              .toList();
      table.row(
          credential.text("name"),
          orDash(String.join(",", credential.texts("allowedAgents"))),
          orDash(String.join(",", targets)),
          source(credential.text("source")),
          credential.text("expiresAfter"));
    }
    if (table.isEmpty()) {
      invocation.note("there are none yet; fix: keymantle credential add NAME --destination URL");
      return ExitStatus.DONE;
    }
    table.print(invocation.terminal().out());
    return ExitStatus.DONE;
  }

  private static String source(String source) {
    return source.isEmpty() ? "store" : source;
  }

  private static String orDash(String text) {
    return text.isEmpty() ? "-" : text;
  }
}
