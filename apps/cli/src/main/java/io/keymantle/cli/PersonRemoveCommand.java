package io.keymantle.cli;

import io.keymantle.domain.PersonName;
import java.io.IOException;

/// `person remove`: ends an account.
final class PersonRemoveCommand implements Command {
  @Override
  public CommandDescription describe() {
    return Describe.command("person remove", "End a person's account, factors and sessions.")
        .argument(0, "NAME", "Their name.")
        .examples("keymantle person remove bob", "keymantle person remove bob --json");
  }

  @Override
  public int run(Invocation invocation) throws IOException {
    PersonName name = new PersonName(invocation.argument(0));
    JsonObject answer = invocation.admin().delete("/v1/people/" + name);
    invocation.say(invocation.json() ? Json.text(answer) : "removed " + name);
    return ExitStatus.DONE;
  }
}
