package io.keymantle.cli;

import java.io.IOException;

/// `webhook list`: where questions are announced.
final class WebhookListCommand implements Command {
  @Override
  public CommandDescription describe() {
    return Describe.command("webhook list", "List where questions are announced, and the key.")
        .examples("keymantle webhook list", "keymantle webhook list --json");
  }

  @Override
  public int run(Invocation invocation) throws IOException {
    JsonObject answer = invocation.admin().get("/v1/webhooks");
    if (invocation.json()) {
      invocation.say(Json.text(answer));
      return ExitStatus.DONE;
    }
    answer.texts("webhooks").forEach(invocation::say);
    invocation.note("signatures are checked by " + answer.text("publicKey"));
    return ExitStatus.DONE;
  }
}
