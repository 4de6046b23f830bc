package io.keymantle.cli;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;

/// `token create`: a bearer token for a service, shown once.
final class TokenCreateCommand implements Command {
  @Override
  public CommandDescription describe() {
    return Describe.command("token create", "Make a bearer token for a service; shown once.")
        .details(
            "ledger:read opens the ledger of the admin API. Any other scope is for services that"
                + " check each",
            "other's tokens: GET /v1/token of the agent API, with the token as bearer, tells name"
                + " and scopes.")
        .argument(0, "NAME", "The service, such as workspace.")
        .commaOptions("--scope", "A,B", "What it is for, such as ledger:read or workspace.")
        .option("--expires-after", "DURATION", "When it ends by itself; never by default.")
        .option("--rotate-every", "DURATION", "When status and doctor remind of a new one.")
        .examples(
            "keymantle token create workspace --scope workspace --rotate-every 90d",
            "keymantle token create siem --scope ledger:read --expires-after 365d --json");
  }

  @Override
  public int run(Invocation invocation) throws IOException {
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("name", invocation.argument(0));
    body.put("scope", String.join(" ", invocation.texts("--scope")));
    CredentialOptions.putText(body, "expiresAfter", invocation.text("--expires-after"));
    CredentialOptions.putText(body, "rotateEvery", invocation.text("--rotate-every"));
    JsonObject made = invocation.admin().post("/v1/tokens", body);
    invocation.say(invocation.json() ? Json.text(made) : made.text("token"));
    return ExitStatus.DONE;
  }
}
