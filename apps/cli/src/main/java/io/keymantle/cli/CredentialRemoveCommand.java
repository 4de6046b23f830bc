package io.keymantle.cli;

import io.keymantle.domain.CredentialName;
import java.io.IOException;

/// `credential remove`: deletes a credential, its value and its grants.
final class CredentialRemoveCommand implements Command {
  @Override
  public CommandDescription describe() {
    return Describe.command("credential remove", "Delete a credential, its value and its grants.")
        .argument(0, "NAME", "The credential.")
        .examples("keymantle credential remove github-api");
  }

  @Override
  public int run(Invocation invocation) throws IOException {
    CredentialName name = new CredentialName(invocation.argument(0));
    invocation.admin().delete("/v1/credentials/" + name);
    invocation.say(invocation.json() ? "{\"removed\":\"" + name + "\"}" : "removed " + name);
    return ExitStatus.DONE;
  }
}
