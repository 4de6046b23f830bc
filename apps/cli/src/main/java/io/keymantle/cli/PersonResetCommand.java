package io.keymantle.cli;

import io.keymantle.domain.PersonName;
import java.io.IOException;
import java.util.Map;

/// `person reset`: lets a person start anew.
final class PersonResetCommand implements Command {
  @Override
  public CommandDescription describe() {
    return Describe.command(
            "person reset", "Take a person's password, factors and sessions, and invite them anew.")
        .argument(0, "NAME", "Their name.")
        .examples("keymantle person reset alice", "keymantle person reset alice --json");
  }

  @Override
  public int run(Invocation invocation) throws IOException {
    PersonName name = new PersonName(invocation.argument(0));
    return PersonAddCommand.invited(
        invocation, invocation.admin().post("/v1/people/" + name + "/reset", Map.of()));
  }
}
