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
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;

/// `service install`: a broker under its own system user, started by systemd.
final class ServiceInstallCommand implements Command {
  private static final Duration PATIENCE = Duration.ofSeconds(90);
  private static final Duration PAUSE = Duration.ofMillis(100);

  @Override
  public CommandDescription describe() {
    return Describe.command(
            "service install", "Run the broker as a system service under its own user.")
        .options("--user", "NAME", "A user whose agents may reach it; default: who called sudo.")
        .flag("--print", "Print the systemd unit and change nothing.")
        .details(
            "Makes the system user keymantle, its home /var/lib/keymantle, a copy of this program"
                + " in",
            "/usr/local/lib/keymantle and a hardened systemd unit, and starts it. Agents of other"
                + " users then",
            "reach the gateway and the agent API only. Root administers it: sudo keymantle ...",
            "Run it again after an upgrade. Needs root.")
        .examples(
            "sudo keymantle service install",
            "sudo keymantle service install --user alice",
            "keymantle service install --print");
  }

  @Override
  public int run(Invocation invocation) throws IOException {
    if (invocation.flag("--print")) {
      String unit =
          new SystemService(
                  SystemService.PROGRAM.resolve("keymantle"),
                  Path.of(System.getProperty("java.home")))
              .unit();
      invocation.say(invocation.json() ? Lines.json(Map.of("unit", unit)) : unit.stripTrailing());
      return ExitStatus.DONE;
    }
    SystemPrograms.require("service install");
    ServiceProgram program = ServiceProgram.ofThisProcess();
    List<String> users = users(invocation);
    makeUsers(users);
    makeHome();
    Files.writeString(
        SystemService.UNIT, new SystemService(program.install(), program.jdk()).unit());
    Files.setPosixFilePermissions(SystemService.UNIT, PosixFilePermissions.fromString("rw-r--r--"));
    SystemPrograms.run(List.of("systemctl", "daemon-reload"));
    SystemPrograms.run(List.of("systemctl", "enable", "keymantle.service"));
    Files.deleteIfExists(HomeDirectory.SERVICE.adminSocket());
    SystemPrograms.run(List.of("systemctl", "restart", "keymantle.service"));
    awaitReady();
    tell(invocation, users);
    return ExitStatus.DONE;
  }

  private static List<String> users(Invocation invocation) {
    List<String> users = new ArrayList<>(invocation.texts("--user"));
    String caller = invocation.terminal().environment().getOrDefault("SUDO_USER", "");
    if (users.isEmpty() && !caller.isEmpty() && !caller.equals("root")) {
      users.add(caller);
    }
    return users;
  }

  private static void makeUsers(List<String> users) throws IOException {
    int exists = 9;
    SystemPrograms.run(List.of("groupadd", "--system", SystemService.AGENTS_GROUP), exists);
    SystemPrograms.run(
        List.of(
            "useradd",
            "--system",
            "--user-group",
            "--home-dir",
            HomeDirectory.SERVICE.path().toString(),
            "--shell",
            "/usr/sbin/nologin",
            SystemService.USER),
        exists);
    for (String user : users) {
      SystemPrograms.run(
          List.of("usermod", "--append", "--groups", SystemService.AGENTS_GROUP, user));
    }
  }

  private static void makeHome() throws IOException {
    HomeDirectory home = HomeDirectory.SERVICE;
    if (!Files.exists(home.keyring())) {
      OpenHome.create(home, new RootKey.KeyFile(home.keyFile()));
    }
    SystemPrograms.run(
        List.of(
            "chown", "-R", SystemService.USER + ":" + SystemService.USER, home.path().toString()));
  }

  /// The admin socket comes last, so that what it tells of is there.
  private static void awaitReady() {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (!Files.exists(HomeDirectory.SERVICE.adminSocket())) {
      if (System.nanoTime() > end) {
        throw RefusedException.of(
            ErrorCode.BROKER_UNREACHABLE,
            "the service is installed and does not become ready",
            "see why with: journalctl -u keymantle");
      }
      LockSupport.parkNanos(PAUSE.toNanos());
    }
  }

  private static void tell(Invocation invocation, List<String> users) {
    if (invocation.json()) {
      invocation.say(
          Lines.json(
              Map.of(
                  "home",
                  HomeDirectory.SERVICE.path(),
                  "unit",
                  SystemService.UNIT,
                  "program",
                  SystemService.PROGRAM,
                  "users",
                  users)));
      return;
    }
    invocation.say(
        "the broker runs as user "
            + SystemService.USER
            + "; its home is "
            + HomeDirectory.SERVICE.path());
    invocation.say("root administers it: sudo keymantle credential add ...");
    invocation.say(
        "agents of "
            + (users.isEmpty()
                ? "the group " + SystemService.AGENTS_GROUP
                : String.join(", ", users))
            + " reach it after their next login: KEYMANTLE_AGENT_TOKEN=kma_... keymantle run ..."
            + " (the token is what sudo keymantle agent add prints)");
  }
}
