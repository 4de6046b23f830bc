package io.keymantle.cli;

import java.io.IOException;

/// `whoami`: whose session this is.
final class WhoamiCommand implements Command {
  @Override
  public CommandDescription describe() {
    return Describe.command("whoami", "Show who is logged in, and what they should mend.")
        .examples("keymantle whoami", "keymantle whoami --json");
  }

  @Override
  public int run(Invocation invocation) throws IOException {
    JsonObject session = invocation.admin().get("/v1/sessions/current");
    if (invocation.json()) {
      invocation.say(Json.text(session));
      return ExitStatus.DONE;
    }
    String until = session.text("expiresAt");
    invocation.say(
        session.text("person")
            + ", "
            + session.text("role")
            + (until.isEmpty() ? "; no session is needed" : "; until " + until));
    session.texts("warnings").forEach(invocation::note);
    return ExitStatus.DONE;
  }
}
