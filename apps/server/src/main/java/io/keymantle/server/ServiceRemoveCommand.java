package io.keymantle.server;

import io.keymantle.cli.Command;
import io.keymantle.cli.CommandDescription;
import io.keymantle.cli.Describe;
import io.keymantle.cli.ExitStatus;
import io.keymantle.cli.Invocation;
import io.keymantle.domain.HomeDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;

/// `service remove`: takes the system service away. Its home stays, because it holds secrets, and
/// so does the user that owns it: another one could get its number.
final class ServiceRemoveCommand implements Command {
  @Override
  public CommandDescription describe() {
    return Describe.command("service remove", "Remove the system service; its home and user stay.")
        .examples("sudo keymantle service remove");
  }

  @Override
  public int run(Invocation invocation) throws IOException {
    SystemPrograms.require("service remove");
    int notThere = 1;
    int noSuchGroup = 6;
    SystemPrograms.run(List.of("systemctl", "disable", "--now", "keymantle.service"), notThere);
    Files.deleteIfExists(SystemService.UNIT);
    SystemPrograms.run(List.of("systemctl", "daemon-reload"));
    ServiceProgram.delete(HomeDirectory.SERVICE_FOLDER);
    SystemPrograms.run(List.of("groupdel", SystemService.AGENTS_GROUP), noSuchGroup);
    ServiceProgram.remove();
    invocation.say(
        invocation.json()
            ? Lines.json(Map.of("home", HomeDirectory.SERVICE.path(), "user", SystemService.USER))
            : "the service is gone; what stays: its home "
                + HomeDirectory.SERVICE.path()
                + " and its owner, the user "
                + SystemService.USER);
    return ExitStatus.DONE;
  }
}
