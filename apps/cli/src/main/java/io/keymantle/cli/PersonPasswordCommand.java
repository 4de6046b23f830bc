package io.keymantle.cli;

import java.io.IOException;
import java.util.List;
import java.util.Map;

/// `person password`: changes the caller's own password.
final class PersonPasswordCommand implements Command {
  @Override
  public CommandDescription describe() {
    return Describe.command("person password", "Change your own password; your other sessions end.")
        .details("Both passwords come from a prompt, or from standard input as two lines.")
        .examples(
            "keymantle person password",
            "printf '%s\\n%s' \"$OLD\" \"$NEW\" | keymantle person password --json");
  }

  @Override
  public int run(Invocation invocation) throws IOException {
    AdminClient broker = invocation.admin();
    broker.get("/v1/sessions/current");
    List<String> typed =
        PasswordLines.read(invocation.terminal(), "Current password", "New password");
    return LoginCommand.keep(
        invocation,
        broker.post(
            "/v1/me/password", Map.of("current", typed.getFirst(), "new", typed.getLast())));
  }
}
