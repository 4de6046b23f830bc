package io.keymantle.cli;

import java.io.IOException;
import java.util.Map;

/// `webhook remove`: announces no more at a URL.
final class WebhookRemoveCommand implements Command {
  @Override
  public CommandDescription describe() {
    return Describe.command("webhook remove", "Announce no more at a URL.")
        .argument(0, "URL", "As keymantle webhook list shows it.")
        .examples("keymantle webhook remove https://chat.example.com/hooks/keys");
  }

  @Override
  public int run(Invocation invocation) throws IOException {
    JsonObject answer =
        invocation
            .admin()
            .call("DELETE", "/v1/webhooks", Map.of("url", invocation.argument(0)))
            .object();
    invocation.say(invocation.json() ? Json.text(answer) : "removed");
    return ExitStatus.DONE;
  }
}
