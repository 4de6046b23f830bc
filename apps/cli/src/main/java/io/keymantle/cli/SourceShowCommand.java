package io.keymantle.cli;

import java.io.IOException;

/// `source show`: how a source was set up.
final class SourceShowCommand implements Command {
  @Override
  public CommandDescription describe() {
    return Describe.command("source show", "Show how a source was set up; no secret is in it.")
        .argument(0, "NAME", "The source.")
        .examples("keymantle source show vault");
  }

  @Override
  public int run(Invocation invocation) throws IOException {
    invocation.say(Json.text(invocation.admin().get("/v1/sources/" + invocation.argument(0))));
    return ExitStatus.DONE;
  }
}
