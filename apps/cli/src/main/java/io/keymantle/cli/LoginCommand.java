package io.keymantle.cli;

import io.keymantle.domain.ErrorCode;
import io.keymantle.domain.RefusedException;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// `login`: opens a person's session, with the home's passphrase or, where people have accounts,
/// with a name and a password.
final class LoginCommand implements Command {
  private static final String FIRST = "owner";

  @Override
  public CommandDescription describe() {
    return Describe.command("login", "Open a person's session; it lasts 15 minutes.")
        .option("--as", "NAME", "Who logs in, where people have accounts. Default: owner.")
        .flag("--code-stdin", "Read a code too, as a second line of standard input.")
        .flag("--setup", "Spend an invitation first: asks for it and for a new password.")
        .details(
            "Passphrase, password and code come from a prompt without echo, or from standard input;"
                + " one",
            "line end after it is not part of it. The session is kept in the home (run/session,"
                + " 0600) and",
            "is not passed on by keymantle run. A sealed home is opened with its passphrase first.")
        .examples(
            "keymantle login",
            "printf %s \"$PASSPHRASE\" | keymantle login --json",
            "printf %s \"$PASSWORD\" | keymantle login --as alice",
            "printf '%s\\n%s' \"$INVITATION\" \"$PASSWORD\" | keymantle login --setup");
  }

  @Override
  public int run(Invocation invocation) throws IOException {
    AdminClient broker = invocation.admin();
    // The socket first: a broker that is not there must not cost a typed passphrase.
    JsonObject status = broker.get("/v1/status");
    JsonObject session = session(invocation, broker, status);
    if (session.text("token").isEmpty()) {
      invocation.say(
          invocation.json()
              ? Json.text(session)
              : "the home is open; log in with: keymantle login --as NAME");
      return ExitStatus.DONE;
    }
    return keep(invocation, session);
  }

  private static JsonObject session(Invocation invocation, AdminClient broker, JsonObject status)
      throws IOException {
    if (invocation.flag("--setup")) {
      List<String> typed = PasswordLines.read(invocation.terminal(), "Invitation", "New password");
      Map<String, Object> body = new HashMap<>();
      body.put("invitation", typed.getFirst());
      body.put("password", typed.getLast());
      if (invocation.has("--as")) {
        body.put("name", invocation.text("--as"));
      }
      return broker.post("/v1/setup", body);
    }
    if (!status.flag("people")) {
      String passphrase = PasswordLines.read(invocation.terminal(), "Passphrase").getFirst();
      JsonObject opened = broker.post("/v1/sessions", Map.of("passphrase", passphrase));
      boolean person = invocation.terminal().prompt().input() == Prompt.Input.PERSON;
      return opened.flag("people") && person ? byName(invocation, broker) : opened;
    }
    return byName(invocation, broker);
  }

  private static JsonObject byName(Invocation invocation, AdminClient broker) throws IOException {
    String name = invocation.has("--as") ? invocation.text("--as") : FIRST;
    Map<String, Object> body = new HashMap<>();
    body.put("name", name);
    if (invocation.flag("--code-stdin")) {
      List<String> typed = PasswordLines.read(invocation.terminal(), "Password", "Code");
      body.put("password", typed.getFirst());
      body.put("code", typed.getLast());
      return broker.post("/v1/sessions", body);
    }
    body.put(
        "password", PasswordLines.read(invocation.terminal(), "Password of " + name).getFirst());
    try {
      return broker.post("/v1/sessions", body);
    } catch (RefusedException e) {
      boolean person = invocation.terminal().prompt().input() == Prompt.Input.PERSON;
      if (e.problem().code() != ErrorCode.FACTOR_REQUIRED || !person) {
        throw e;
      }
      body.put("code", PasswordLines.read(invocation.terminal(), "Code").getFirst());
      return broker.post("/v1/sessions", body);
    }
  }

  /// Keeps the session where the other verbs find it, and says who is logged in.
  static int keep(Invocation invocation, JsonObject session) throws IOException {
    SessionFile.write(invocation.home(), session.text("token"));
    String until = session.text("expiresAt");
    if (invocation.json()) {
      Map<String, Object> answer = new HashMap<>(session.members());
      answer.remove("token");
      invocation.say(Json.text(answer));
      return ExitStatus.DONE;
    }
    invocation.say("logged in until " + until);
    session.texts("warnings").forEach(invocation::note);
    return ExitStatus.DONE;
  }
}
