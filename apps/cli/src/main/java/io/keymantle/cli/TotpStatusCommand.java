package io.keymantle.cli;

import java.io.IOException;

/// `totp status`: whether one's codes are in force, locked or disabled.
final class TotpStatusCommand implements Command {
  @Override
  public CommandDescription describe() {
    return Describe.command("totp status", "Show whether your codes are in force.")
        .examples("keymantle totp status", "keymantle totp status --json");
  }

  @Override
  public int run(Invocation invocation) throws IOException {
    JsonObject status = invocation.admin().get("/v1/me/totp");
    if (invocation.json()) {
      invocation.say(Json.text(status));
      return ExitStatus.DONE;
    }
    invocation.say(state(status));
    if (status.flag("confirming")) {
      invocation.say("a new seed waits for its first code: keymantle totp confirm");
    }
    if (status.flag("active")) {
      invocation.say(status.number("recoveryCodes") + " recovery codes left");
    }
    return ExitStatus.DONE;
  }

  private static String state(JsonObject status) {
    if (!status.flag("active")) {
      return "not enrolled; enrol with: keymantle totp enroll";
    }
    if (status.flag("disabled")) {
      return "disabled after wrong codes; enrol again with: keymantle totp enroll";
    }
    String until = status.text("lockedUntil");
    return until.isEmpty() ? "in force" : "locked after wrong codes until " + until;
  }
}
