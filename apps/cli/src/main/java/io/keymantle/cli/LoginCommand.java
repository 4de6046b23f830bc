package io.keymantle.cli;

import io.keymantle.intake.Intake;
import io.keymantle.intake.IntakeKey;
import java.io.IOException;
import java.util.Map;
import picocli.CommandLine.Model.CommandSpec;

/// `login`: opens a person's session with the home's passphrase.
final class LoginCommand implements Command {
  /// What a passphrase is sealed for; no credential can have this name.
  static final String CONTEXT = "passphrase:session";

  @Override
  public CommandSpec describe() {
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
    IntakeKey key = IntakeKey.parse(broker.get("/v1/intake-key").text("key"));
    byte[] passphrase = ValueInput.read(invocation.terminal(), "Passphrase");
    String sealed = Intake.seal(key, passphrase, CONTEXT).text();
    JsonObject session = broker.post("/v1/sessions", Map.of("sealed", sealed));
    SessionFile.write(invocation.home(), session.text("token"));
    String until = session.text("expiresAt");
    invocation.say(
        invocation.json() ? Json.text(Map.of("expiresAt", until)) : "logged in until " + until);
    return ExitStatus.DONE;
  }
}
