package io.keymantle.server;

import io.keymantle.cli.Command;
import io.keymantle.cli.CommandDescription;
import io.keymantle.cli.Describe;
import io.keymantle.cli.ExitStatus;
import io.keymantle.cli.Invocation;
import io.keymantle.domain.ErrorCode;
import io.keymantle.domain.HomeDirectory;
import io.keymantle.domain.RefusedException;
import io.keymantle.keys.RootKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/// `service install`: a broker under its own system user, started by systemd.
final class ServiceInstallCommand implements Command {
  @Override
  public CommandDescription describe() {
    return Describe.command(
            "service install", "Run the broker as a system service under its own user.")
        .flag("--print", "Print the systemd unit and change nothing.")
        .details(
            "Makes the system user keymantle, its home /var/lib/keymantle and a hardened systemd"
                + " unit,",
            "and starts it. Agents then reach the gateway and the agent API only. Needs root.")
        .examples("sudo keymantle service install", "keymantle service install --print");
  }

  @Override
  public int run(Invocation invocation) throws IOException {
    Path launcher = Path.of(System.getProperty("keymantle.launcher", "keymantle")).toAbsolutePath();
    SystemService service = new SystemService(launcher, SystemService.USER, SystemService.HOME);
    if (invocation.flag("--print")) {
      invocation.say(
          invocation.json()
              ? Lines.json(Map.of("unit", service.unit()))
              : service.unit().stripTrailing());
      return ExitStatus.DONE;
    }
    Commands.requireRoot("service install");
    Commands.run(
        List.of(
            "useradd",
            "--system",
            "--user-group",
            "--home-dir",
            service.home().toString(),
            "--shell",
            "/usr/sbin/nologin",
            service.user()),
        9);
    HomeDirectory home = new HomeDirectory(service.home());
    if (!Files.exists(home.keyring())) {
      OpenHome.create(home, new RootKey.KeyFile(home.keyFile()));
    }
    Commands.run(
        List.of("chown", "-R", service.user() + ":" + service.user(), service.home().toString()),
        0);
    Files.writeString(SystemService.UNIT, service.unit());
    Commands.run(List.of("systemctl", "daemon-reload"), 0);
    Commands.run(List.of("systemctl", "enable", "--now", "keymantle.service"), 0);
    invocation.say(
        invocation.json()
            ? Lines.json(
                Map.of("home", service.home().toString(), "unit", SystemService.UNIT.toString()))
            : "the broker runs as user " + service.user() + "; its home is " + service.home());
    return ExitStatus.DONE;
  }

  /// Runs system programs for the service verbs.
  static final class Commands {
    private Commands() {}

    static void requireRoot(String verb) {
      if (!"root".equals(System.getProperty("user.name"))) {
        throw RefusedException.of(
            ErrorCode.FORBIDDEN,
            "this changes the system and needs root",
            "sudo keymantle " + verb);
      }
    }

    /// Runs a program; an exit status other than 0 or the tolerated one is a refusal with the
    /// program's own words.
    static void run(List<String> command, int tolerated) throws IOException {
      Process process;
      try {
        process = new ProcessBuilder(command).redirectErrorStream(true).start();
      } catch (IOException e) {
        throw RefusedException.of(
            ErrorCode.INTERNAL,
            command.getFirst() + " is not there",
            "use a system with systemd and useradd, or run keymantle up");
      }
      String output =
          new String(
                  process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8)
              .strip();
      try {
        int status = process.waitFor();
        if (status != 0 && status != tolerated) {
          throw RefusedException.of(
              ErrorCode.INTERNAL,
              command.getFirst()
                  + " failed: "
                  + output.lines().findFirst().orElse("status " + status),
              "mend that and run the command again");
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IOException("interrupted", e);
      }
    }
  }
}
