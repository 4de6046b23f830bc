package io.keymantle.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;

/// `login`: opens a person's session with the home's passphrase.
final class LoginCommand implements Command {
  @Override
  public CommandDescription describe() {
    return Describe.command("login", "Open a session as the home's owner; it lasts minutes.")
        .details(
            "The passphrase comes from a prompt without echo, or from standard input; one line end",
            "after it is not part of it. The session is kept in the home (run/session, 0600) and"
                + " is",
            "not passed on by keymantle run.")
        .examples("keymantle login", "printf %s \"$PASSPHRASE\" | keymantle login --json");
  }

  @Override
  public int run(Invocation invocation) throws IOException {
    AdminClient broker = invocation.admin();
    // The socket first: a broker that is not there must not cost a typed passphrase.
    broker.get("/v1/status");
    byte[] passphrase = ValueInput.read(invocation.terminal(), "Passphrase");
    JsonObject session;
    try {
      String typed = new String(passphrase, StandardCharsets.UTF_8);
      session = broker.post("/v1/sessions", Map.of("passphrase", typed));
    } finally {
      Arrays.fill(passphrase, (byte) 0);
    }
    SessionFile.write(invocation.home(), session.text("token"));
    String until = session.text("expiresAt");
    invocation.say(
        invocation.json() ? Json.text(Map.of("expiresAt", until)) : "logged in until " + until);
    return ExitStatus.DONE;
  }
}
