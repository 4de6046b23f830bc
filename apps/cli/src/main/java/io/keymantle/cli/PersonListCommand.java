package io.keymantle.cli;

import java.io.IOException;

/// `person list`: who has an account.
final class PersonListCommand implements Command {
  @Override
  public CommandDescription describe() {
    return Describe.command("person list", "List people, their roles and factors.")
        .examples("keymantle person list", "keymantle person list --json");
  }

  @Override
  public int run(Invocation invocation) throws IOException {
    JsonObject answer = invocation.admin().get("/v1/people");
    if (invocation.json()) {
      invocation.say(Json.text(answer));
      return ExitStatus.DONE;
    }
    Table table = new Table("NAME", "ROLE", "STATE", "FACTORS", "LAST LOGIN");
    for (JsonObject person : answer.objects("people")) {
      table.row(
          person.text("name"),
          person.text("role"),
          state(person),
          String.join(",", person.texts("factors")),
          person.text("lastLoginAt"));
    }
    if (table.isEmpty()) {
      invocation.note("there are none yet; fix: keymantle person add NAME --role owner");
      return ExitStatus.DONE;
    }
    table.print(invocation.terminal().out());
    return ExitStatus.DONE;
  }

  private static String state(JsonObject person) {
    if (person.flag("disabled")) {
      return "removed";
    }
    if (person.flag("invited")) {
      return "invited";
    }
    String until = person.text("lockedUntil");
    return until.isEmpty() ? "active" : "locked until " + until;
  }
}
