package io.keymantle.cli;

import java.io.IOException;

/// `openclaw show`: an openclaw.json with its secrets hidden.
final class OpenClawShowCommand implements Command {
  @Override
  public CommandDescription describe() {
    return Describe.command("openclaw show", "Show an openclaw.json with its secrets hidden.")
        .details(
            "The text is the file's own to the character, with OpenClaw's sentinel",
            "(__OPENCLAW_REDACTED__) in place of secrets.")
        .argument(0, "FILE", "The openclaw.json.")
        .examples(
            "keymantle openclaw show ~/.openclaw/openclaw.json",
            "keymantle openclaw show openclaw.json --json");
  }

  @Override
  public int run(Invocation invocation) throws IOException {
    OpenClawFile file = OpenClawFile.open(invocation);
    if (invocation.json()) {
      invocation.say(Json.text(file.answer()));
    } else {
      invocation.terminal().out().print(file.text());
    }
    return ExitStatus.DONE;
  }
}
