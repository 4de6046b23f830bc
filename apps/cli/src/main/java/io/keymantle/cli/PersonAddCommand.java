package io.keymantle.cli;

import io.keymantle.domain.PersonName;
import java.io.IOException;
import java.util.Map;

/// `person add`: makes an account, and an invitation for its person.
final class PersonAddCommand implements Command {
  @Override
  public CommandDescription describe() {
    return Describe.command("person add", "Add a person; their invitation is shown once.")
        .argument(0, "NAME", "Their name.")
        .option("--role", "ROLE", "owner, approver (default) or auditor.")
        .details(
            "The first person is an owner; from then on everybody logs in by name. An invitation"
                + " works",
            "once, for an hour.")
        .examples("keymantle person add alice --role owner", "keymantle person add bob --json");
  }

  @Override
  public int run(Invocation invocation) throws IOException {
    PersonName name = new PersonName(invocation.argument(0));
    String role = invocation.has("--role") ? invocation.text("--role") : "approver";
    return invited(
        invocation,
        invocation.admin().post("/v1/people", Map.of("name", name.value(), "role", role)));
  }

  static int invited(Invocation invocation, JsonObject made) {
    if (invocation.json()) {
      invocation.say(Json.text(made));
      return ExitStatus.DONE;
    }
    invocation.say("invited " + made.text("name") + " (" + made.text("role") + ")");
    invocation.say("invitation " + made.text("setup"));
    invocation.note(
        "good once, until " + made.text("expiresAt") + "; spend it with: keymantle login --setup");
    return ExitStatus.DONE;
  }
}
