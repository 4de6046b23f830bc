package io.keymantle.cli;

import io.keymantle.domain.PersonName;
import java.io.IOException;
import java.util.Map;

/// `person role`: changes what a person may do.
final class PersonRoleCommand implements Command {
  @Override
  public CommandDescription describe() {
    return Describe.command("person role", "Give a person another role; their sessions end.")
        .argument(0, "NAME", "Their name.")
        .argument(1, "ROLE", "owner, approver or auditor.")
        .examples("keymantle person role bob auditor", "keymantle person role bob owner --json");
  }

  @Override
  public int run(Invocation invocation) throws IOException {
    PersonName name = new PersonName(invocation.argument(0));
    JsonObject changed =
        invocation
            .admin()
            .call("PATCH", "/v1/people/" + name, Map.of("role", invocation.argument(1)))
            .object();
    invocation.say(
        invocation.json() ? Json.text(changed) : name + " is now " + changed.text("role"));
    return ExitStatus.DONE;
  }
}
