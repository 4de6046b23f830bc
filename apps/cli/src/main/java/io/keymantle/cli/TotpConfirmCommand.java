package io.keymantle.cli;

import java.io.IOException;

/// `totp confirm`: puts a new seed in force by its first code.
final class TotpConfirmCommand implements Command {
  @Override
  public CommandDescription describe() {
    return Describe.command(
            "totp confirm", "Put a new seed in force by a code of it; shows recovery codes.")
        .flag(ShownOnce.FLAG, ShownOnce.WHAT)
        .details("The code comes from a prompt, or from standard input; within ten minutes.")
        .examples("keymantle totp confirm", "echo 123456 | keymantle totp confirm --show");
  }

  @Override
  public int run(Invocation invocation) throws IOException {
    ShownOnce.requirePlace(invocation, "totp confirm");
    AdminClient broker = invocation.admin();
    // The socket first: a broker that is not there must not cost a typed code.
    broker.get("/v1/me/totp");
    return confirm(invocation, broker);
  }

  static int confirm(Invocation invocation, AdminClient broker) throws IOException {
    JsonObject answer =
        broker.post("/v1/me/totp/confirm", ShownOnce.code(invocation, "First code"));
    if (!invocation.json()) {
      invocation.say("enrolled");
    }
    ShownOnce.recoveryCodes(invocation, answer);
    return ExitStatus.DONE;
  }
}
