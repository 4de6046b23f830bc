package io.keymantle.cli;

import io.keymantle.domain.AgentName;
import io.keymantle.domain.CredentialName;
import io.keymantle.domain.GrantId;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/// `grant revoke`: one grant, those of an agent or credential, or all: the panic button.
final class GrantRevokeCommand implements Command {
  @Override
  public CommandDescription describe() {
    return Describe.command(
            "grant revoke", "Revoke grants at once: one, an agent's, a credential's or all.")
        .optionalArgument(0, "GRANT", "One grant, such as g_….")
        .option("--agent", "NAME", "All of an agent.")
        .option("--credential", "NAME", "All of a credential.")
        .flag("--all", "Every grant: the panic button.")
        .examples(
            "keymantle grant revoke g_1a2b3c4d5e6f7g8h",
            "keymantle grant revoke --agent main",
            "keymantle grant revoke --credential github-api",
            "keymantle grant revoke --all");
  }

  @Override
  public int run(Invocation invocation) throws IOException {
    List<String> chosen = new ArrayList<>();
    if (!invocation.argument(0).isEmpty()) {
      chosen.add("grant=" + new GrantId(invocation.argument(0)));
    }
    if (invocation.has("--agent")) {
      chosen.add("agent=" + new AgentName(invocation.text("--agent")));
    }
    if (invocation.has("--credential")) {
      chosen.add("credential=" + new CredentialName(invocation.text("--credential")));
    }
    if (invocation.flag("--all")) {
      chosen.add("all=true");
    }
    if (chosen.size() != 1) {
      throw new UsageException(
          chosen.isEmpty() ? "nothing to revoke was named" : "name one kind of thing to revoke",
          "keymantle grant revoke GRANT, or --agent NAME, --credential NAME or --all");
    }
    JsonObject answer = invocation.admin().delete("/v1/grants?" + chosen.getFirst());
    long revoked = answer.number("revoked");
    invocation.say(
        invocation.json()
            ? Json.text(answer)
            : "revoked " + revoked + (revoked == 1 ? " grant" : " grants"));
    return ExitStatus.DONE;
  }
}
