package io.keymantle.cli;

import java.io.IOException;
import java.util.Map;

/// `source test`: reaches a source and logs in there.
final class SourceTestCommand implements Command {
  @Override
  public CommandDescription describe() {
    return Describe.command("source test", "Reach a source and log in there; nothing is read.")
        .argument(0, "NAME", "The source.")
        .examples("keymantle source test vault", "keymantle source test vault --json");
  }

  @Override
  public int run(Invocation invocation) throws IOException {
    String name = invocation.argument(0);
    JsonObject answer = invocation.admin().post("/v1/sources/" + name + "/test", Map.of());
    invocation.say(invocation.json() ? Json.text(answer) : name + " can be reached and logs in");
    return ExitStatus.DONE;
  }
}
