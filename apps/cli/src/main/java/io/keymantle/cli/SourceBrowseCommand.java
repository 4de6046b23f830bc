package io.keymantle.cli;

import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;

/// `source browse`: the names that a source has.
final class SourceBrowseCommand implements Command {
  @Override
  public CommandDescription describe() {
    return Describe.command("source browse", "List what a source has, names only.")
        .details("Each line can be a credential's --source as it stands.")
        .argument(0, "NAME", "The source.")
        .option("--under", "TEXT", "Only what begins so, such as a mount or folder.")
        .examples(
            "keymantle source browse vault --under secret/",
            "keymantle source browse vault --json");
  }

  @Override
  public int run(Invocation invocation) throws IOException {
    String under = URLEncoder.encode(invocation.text("--under"), StandardCharsets.UTF_8);
    JsonObject answer =
        invocation.admin().get("/v1/sources/" + invocation.argument(0) + "/items?under=" + under);
    if (invocation.json()) {
      invocation.say(Json.text(answer));
    } else {
      answer.texts("items").forEach(item -> invocation.say(PlainText.of(item)));
    }
    return ExitStatus.DONE;
  }
}
