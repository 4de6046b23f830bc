package io.keymantle.sandbox;

import io.keymantle.domain.ErrorCode;
import io.keymantle.domain.RefusedException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/// Whether this machine can isolate a process, found out by doing it.
public sealed interface Isolation {
  /// Namespaces work.
  ///
  /// @param bubblewrap the program that makes them
  record Available(Path bubblewrap) implements Isolation {}

  /// They do not.
  ///
  /// @param reason one plain sentence without a final full stop
  /// @param fix the command that mends it
  record Unavailable(String reason, String fix) implements Isolation {
    /// The refusal of whoever cannot go on without.
    public RefusedException refusal() {
      return RefusedException.of(ErrorCode.ISOLATION_UNAVAILABLE, reason, fix);
    }
  }

  /// Where bubblewrap is looked for. Never `PATH`: an agent may write to folders named there.
  List<Path> PLACES =
      List.of(
          Path.of("/usr/bin/bwrap"),
          Path.of("/bin/bwrap"),
          Path.of("/usr/local/bin/bwrap"),
          Path.of("/run/current-system/sw/bin/bwrap"));

  /// Starts an empty sandbox; takes some 10 ms.
  static Isolation probe() {
    if (!System.getProperty("os.name").equals("Linux")) {
      return new Unavailable(
          "isolation needs Linux namespaces", "run the agent with --isolate never");
    }
    if (!List.of("amd64", "aarch64").contains(System.getProperty("os.arch"))) {
      return new Unavailable(
          "isolation is built for x86_64 and aarch64 only", "run the agent with --isolate never");
    }
    return probe(PLACES, Path.of("/proc/sys"));
  }

  /// @param places where bubblewrap may be
  /// @param sysctl the folder of kernel settings, `/proc/sys`
  static Isolation probe(List<Path> places, Path sysctl) {
    Path bubblewrap =
        places.stream().filter(Files::isExecutable).findFirst().orElse(Path.of("/nonexistent"));
    if (!Files.isExecutable(bubblewrap)) {
      return new Unavailable("bubblewrap is not installed", "apt install bubblewrap");
    }
    String complaint = attempt(bubblewrap);
    return complaint.isEmpty()
        ? new Available(bubblewrap)
        : new Unavailable("namespaces cannot be made here (" + complaint + ")", fixFor(sysctl));
  }

  private static String attempt(Path bubblewrap) {
    try {
      ProcessBuilder builder =
          new ProcessBuilder(
              bubblewrap.toString(),
              "--unshare-user",
              "--unshare-ipc",
              "--unshare-pid",
              "--unshare-net",
              "--unshare-uts",
              "--ro-bind",
              "/",
              "/",
              "--proc",
              "/proc",
              "--dev",
              "/dev",
              "--tmpfs",
              "/tmp",
              "--cap-drop",
              "ALL",
              "/bin/sh",
              "-c",
              ":");
      builder.environment().clear();
      builder.redirectErrorStream(true);
      Process process = builder.start();
      process.getOutputStream().close();
      try (InputStream output = process.getInputStream()) {
        String said = new String(output.readNBytes(2000), StandardCharsets.UTF_8);
        if (!process.waitFor(10, TimeUnit.SECONDS)) {
          process.destroyForcibly();
          return "bubblewrap does not answer";
        }
        if (process.exitValue() == 0) {
          return "";
        }
        return said.isBlank()
            ? "exit status " + process.exitValue()
            : said.lines().findFirst().orElse("").strip();
      }
    } catch (IOException failure) {
      return "bubblewrap cannot be started";
    } catch (InterruptedException interruption) {
      Thread.currentThread().interrupt();
      return "interrupted";
    }
  }

  private static String fixFor(Path sysctl) {
    Map<String, String> wanted =
        Map.of(
            "kernel/unprivileged_userns_clone", "0",
            "kernel/apparmor_restrict_unprivileged_userns", "1",
            "user/max_user_namespaces", "0");
    return wanted.entrySet().stream()
        .sorted(Map.Entry.comparingByKey())
        .filter(entry -> read(sysctl.resolve(entry.getKey())).equals(entry.getValue()))
        .map(entry ->
            "sysctl -w "
                + entry.getKey().replace('/', '.')
                + "="
                + switch (entry.getKey()) {
                  case "user/max_user_namespaces" -> "15000";
                  case "kernel/unprivileged_userns_clone" -> "1";
                  default -> "0";
                })
        .reduce((first, second) -> first + " && " + second)
        .orElse(
            "allow user namespaces here (a container needs its seccomp profile opened for them), or"
                + " run with --isolate never");
  }

  private static String read(Path setting) {
    try {
      return Files.readString(setting).strip();
    } catch (IOException missing) {
      return "";
    }
  }
}
