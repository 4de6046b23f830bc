package io.keymantle.server;

import io.keymantle.domain.ErrorCode;
import io.keymantle.domain.RefusedException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// The system's own programs (`systemctl`, `useradd` and their like), as the service verbs call
/// them.
final class SystemPrograms {
  private SystemPrograms() {}

  /// @throws RefusedException unless this is root on a machine that systemd runs
  static void require(String verb) {
    if (!"root".equals(System.getProperty("user.name"))) {
      throw RefusedException.of(
          ErrorCode.FORBIDDEN, "this changes the system and needs root", "sudo keymantle " + verb);
    }
    if (!Files.isDirectory(Path.of("/run/systemd/system"))) {
      throw RefusedException.of(
          ErrorCode.INVALID_CONFIGURATION,
          "systemd does not run this machine",
          "run the broker as your user: keymantle up");
    }
  }

  /// Runs a program; an exit status other than 0 or those tolerated is a refusal with the program's
  /// own words.
  static void run(List<String> command, Integer... tolerated) throws IOException {
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
        new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    try {
      int status = process.waitFor();
      if (status != 0 && !List.of(tolerated).contains(status)) {
        throw RefusedException.of(
            ErrorCode.INTERNAL,
            String.join(" ", command)
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
