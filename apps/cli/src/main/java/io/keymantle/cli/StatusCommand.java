package io.keymantle.cli;

import java.io.IOException;

/// `status`: where the broker listens and how it stands.
final class StatusCommand implements Command {
  @Override
  public CommandDescription describe() {
    return Describe.command("status", "Show where the broker listens, and how it stands.")
        .examples("keymantle status", "keymantle status --json");
  }

  @Override
  public int run(Invocation invocation) throws IOException {
    JsonObject status = invocation.admin().get("/v1/status");
    if (invocation.json()) {
      invocation.say(Json.text(status));
      return ExitStatus.DONE;
    }
    invocation.say(
        "broker    running, version " + status.text("version") + ", process " + status.text("pid"));
    invocation.say("home      " + invocation.home().path());
    if (!status.flag("sealed")) {
      invocation.say("api       " + status.text("api"));
      invocation.say("gateway   " + status.text("gateway"));
    }
    invocation.say("root CA   " + status.text("ca"));
    invocation.say("sealed    " + (status.flag("sealed") ? "yes: keymantle login opens it" : "no"));
    for (String notice : status.texts("notices")) {
      invocation.say("note      " + notice);
    }
    return ExitStatus.DONE;
  }
}
