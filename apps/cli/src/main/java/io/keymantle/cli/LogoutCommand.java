package io.keymantle.cli;

import io.keymantle.domain.ErrorCode;
import io.keymantle.domain.RefusedException;
import java.io.IOException;

/// `logout`: ends the session.
final class LogoutCommand implements Command {
  @Override
  public CommandDescription describe() {
    return Describe.command("logout", "End the session.")
        .examples("keymantle logout", "keymantle logout --json");
  }

  @Override
  public int run(Invocation invocation) throws IOException {
    try {
      invocation.admin().delete("/v1/sessions/current");
    } catch (RefusedException e) {
      // A session that has expired already is as good as ended.
      if (e.problem().code() != ErrorCode.SESSION_REQUIRED) {
        throw e;
      }
    } finally {
      SessionFile.delete(invocation.home());
    }
    invocation.say(invocation.json() ? "{\"loggedOut\":true}" : "logged out");
    return ExitStatus.DONE;
  }
}
