package io.keymantle.cli;

import io.keymantle.domain.AgentName;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;

/// `agent add`: makes an agent; its token is shown once.
final class AgentAddCommand implements Command {
  @Override
  public CommandDescription describe() {
    return Describe.command("agent add", "Add an agent; its token is shown once.")
        .argument(0, "NAME", "Its name.")
        .option(
            "--egress", "MODE", "Traffic without a token: deny, allow-listed (default) or open.")
        .commaOptions("--allow", "URL,…", "Further destinations for allow-listed.")
        .commaOptions("--tunnel", "URL,…", "Destinations passed through without interception.")
        .examples(
            "keymantle agent add main",
            "keymantle agent add main --egress allow-listed --allow https://registry.npmjs.org");
  }

  @Override
  public int run(Invocation invocation) throws IOException {
    AgentName name = new AgentName(invocation.argument(0));
    Map<String, Object> egress = new LinkedHashMap<>();
    egress.put("mode", invocation.has("--egress") ? invocation.text("--egress") : "allow-listed");
    egress.put("allow", invocation.texts("--allow"));
    egress.put("tunnel", invocation.texts("--tunnel"));
    JsonObject added =
        invocation.admin().post("/v1/agents", Map.of("name", name.value(), "egress", egress));
    if (invocation.json()) {
      invocation.say(Json.text(added));
      return ExitStatus.DONE;
    }
    invocation.say("added " + name);
    invocation.say("token " + added.text("token"));
    invocation.note(
        "the token is not shown again; keymantle run --agent " + name + " needs none of it");
    return ExitStatus.DONE;
  }
}
