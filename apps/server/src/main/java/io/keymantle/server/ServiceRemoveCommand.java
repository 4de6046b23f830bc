package io.keymantle.server;

import io.keymantle.cli.Command;
import io.keymantle.cli.CommandDescription;
import io.keymantle.cli.Describe;
import io.keymantle.cli.ExitStatus;
import io.keymantle.cli.Invocation;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;

/// `service remove`: takes the system service away. Its home stays, because it holds secrets.
final class ServiceRemoveCommand implements Command {
  @Override
  public CommandDescription describe() {
    return Describe.command("service remove", "Remove the system service; its home stays.")
        .examples("sudo keymantle service remove");
  }

  @Override
  public int run(Invocation invocation) throws IOException {
    ServiceInstallCommand.Commands.requireRoot("service remove");
    ServiceInstallCommand.Commands.run(
        List.of("systemctl", "disable", "--now", "keymantle.service"), 1);
    Files.deleteIfExists(SystemService.UNIT);
    ServiceInstallCommand.Commands.run(List.of("systemctl", "daemon-reload"), 0);
    invocation.say(
        invocation.json()
            ? Lines.json(Map.of("home", SystemService.HOME.toString()))
            : "the service is gone; its home stays in " + SystemService.HOME);
    return ExitStatus.DONE;
  }
}
