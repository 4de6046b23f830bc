package io.keymantle.cli;

import java.io.IOException;
import java.util.Map;

/// `token rotate`: a new token for a service; the one before works on for a while.
final class TokenRotateCommand implements Command {
  @Override
  public CommandDescription describe() {
    return Describe.command(
            "token rotate", "Make a service's next token; the one before works on for a while.")
        .argument(0, "NAME", "The service.")
        .option("--overlap", "DURATION", "How long the one before works on (default 1h).")
        .examples(
            "keymantle token rotate workspace", "keymantle token rotate workspace --overlap 24h");
  }

  @Override
  public int run(Invocation invocation) throws IOException {
    String overlap = invocation.text("--overlap");
    JsonObject made =
        invocation
            .admin()
            .post(
                "/v1/tokens/" + invocation.argument(0) + "/rotate",
                Map.of("overlap", overlap.isEmpty() ? "1h" : overlap));
    invocation.say(invocation.json() ? Json.text(made) : made.text("token"));
    return ExitStatus.DONE;
  }
}
