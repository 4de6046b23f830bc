package io.keymantle.cli;

import java.io.IOException;
import java.util.Map;

/// `webhook add`: announces questions at a URL.
final class WebhookAddCommand implements Command {
  @Override
  public CommandDescription describe() {
    return Describe.command("webhook add", "Announce questions to people at a URL, signed.")
        .details(
            "Each question and each change of it is posted as JSON by the Standard Webhooks"
                + " specification,",
            "signed by the home's ledger key (v1a, Ed25519), and again up to four times until the"
                + " receiver",
            "takes it. Nothing can be answered there: a chat is no place for a code.")
        .argument(0, "URL", "https://, or http:// to this machine.")
        .examples("keymantle webhook add https://chat.example.com/hooks/keys");
  }

  @Override
  public int run(Invocation invocation) throws IOException {
    JsonObject answer =
        invocation.admin().post("/v1/webhooks", Map.of("url", invocation.argument(0)));
    invocation.say(
        invocation.json()
            ? Json.text(answer)
            : "added; receivers check signatures by " + answer.text("publicKey"));
    return ExitStatus.DONE;
  }
}
