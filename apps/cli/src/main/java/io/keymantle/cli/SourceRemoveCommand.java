package io.keymantle.cli;

import java.io.IOException;
import java.util.Map;

/// `source remove`: forgets how a source is reached.
final class SourceRemoveCommand implements Command {
  @Override
  public CommandDescription describe() {
    return Describe.command("source remove", "Forget how a source is reached.")
        .details("Refused while a credential has its value there.")
        .argument(0, "NAME", "The source.")
        .examples("keymantle source remove vault-prod");
  }

  @Override
  public int run(Invocation invocation) throws IOException {
    JsonObject answer =
        invocation
            .admin()
            .call("DELETE", "/v1/sources/" + invocation.argument(0), Map.of())
            .object();
    invocation.say(invocation.json() ? Json.text(answer) : "removed");
    return ExitStatus.DONE;
  }
}
