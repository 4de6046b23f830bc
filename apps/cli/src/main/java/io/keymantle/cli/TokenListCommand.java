package io.keymantle.cli;

import java.io.IOException;

/// `token list`: services and their tokens, never the tokens themselves.
final class TokenListCommand implements Command {
  @Override
  public CommandDescription describe() {
    return Describe.command("token list", "List the services that have a token.")
        .examples("keymantle token list", "keymantle token list --json");
  }

  @Override
  public int run(Invocation invocation) throws IOException {
    JsonObject answer = invocation.admin().get("/v1/tokens");
    if (invocation.json()) {
      invocation.say(Json.text(answer));
      return ExitStatus.DONE;
    }
    Table table = new Table("SERVICE", "SCOPE", "MADE", "ENDS", "VALID", "ROTATE");
    for (JsonObject token : answer.objects("tokens")) {
      table.row(
          token.text("name"),
          String.join(" ", token.texts("scope")),
          token.text("createdAt"),
          token.text("expiresAt").isEmpty() ? "never" : token.text("expiresAt"),
          Long.toString(token.number("valid")),
          token.flag("rotationDue") ? "due" : token.text("rotateEvery"));
    }
    table.print(invocation.terminal().out());
    return ExitStatus.DONE;
  }
}
