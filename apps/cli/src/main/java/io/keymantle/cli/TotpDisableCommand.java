package io.keymantle.cli;

import java.io.IOException;

/// `totp disable`: ends one's time-based codes, by a current one.
final class TotpDisableCommand implements Command {
  @Override
  public CommandDescription describe() {
    return Describe.command("totp disable", "End your codes, by a current one or a recovery code.")
        .details("The code comes from a prompt, or from standard input.")
        .examples("keymantle totp disable", "echo 123456 | keymantle totp disable --json");
  }

  @Override
  public int run(Invocation invocation) throws IOException {
    AdminClient broker = invocation.admin();
    // The socket first: a broker that is not there must not cost a typed code.
    broker.get("/v1/me/totp");
    JsonObject answer =
        broker
            .call("DELETE", "/v1/me/totp", ShownOnce.code(invocation, "Current or recovery code"))
            .object();
    invocation.say(
        invocation.json()
            ? Json.text(answer)
            : "removed; recovery codes as well, when" + " no passkey is left");
    return ExitStatus.DONE;
  }
}
