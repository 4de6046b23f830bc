package io.keymantle.cli;

import io.keymantle.domain.CredentialName;
import java.io.IOException;
import java.util.Map;

/// `credential rotate`: replaces the value; grants stay.
final class CredentialRotateCommand implements Command {
  @Override
  public CommandDescription describe() {
    return Describe.command("credential rotate", "Replace the value; its grants stay.")
        .details(
            "The value comes from standard input or a prompt without echo; one line end after it"
                + " is",
            "not part of it.")
        .argument(0, "NAME", "The credential.")
        .examples("printf %s \"$NEW_TOKEN\" | keymantle credential rotate github-api");
  }

  @Override
  public int run(Invocation invocation) throws IOException {
    CredentialName name = new CredentialName(invocation.argument(0));
    AdminClient broker = invocation.admin();
    String sealed =
        ValueInput.sealed(broker, invocation.terminal(), "New value of " + name, name.value());
    JsonObject after = broker.post("/v1/credentials/" + name + "/value", Map.of("sealed", sealed));
    invocation.say(invocation.json() ? Json.text(after) : "rotated " + name);
    return ExitStatus.DONE;
  }
}
