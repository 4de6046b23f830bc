package io.keymantle.cli;

import java.io.IOException;

/// `token revoke`: ends every token of a service.
final class TokenRevokeCommand implements Command {
  @Override
  public CommandDescription describe() {
    return Describe.command("token revoke", "End every token of a service at once.")
        .argument(0, "NAME", "The service.")
        .examples("keymantle token revoke workspace");
  }

  @Override
  public int run(Invocation invocation) throws IOException {
    JsonObject answer = invocation.admin().delete("/v1/tokens/" + invocation.argument(0));
    invocation.say(
        invocation.json() ? Json.text(answer) : "revoked the token of " + invocation.argument(0));
    return ExitStatus.DONE;
  }
}
