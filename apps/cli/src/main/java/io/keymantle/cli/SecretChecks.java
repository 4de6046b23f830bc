package io.keymantle.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// Secrets that lie around: in the environment, and in dotenv files that git may take along.
final class SecretChecks {
  private SecretChecks() {}

  /// @param folder where the person works
  static List<Finding> examine(Map<String, String> environment, Path folder) {
    List<Finding> findings = new ArrayList<>();
    for (String name : AmbientSecrets.names(environment)) {
      // The exact command: it keeps the value, and it can be run as it stands.
      findings.add(
          Finding.warning(
              "ambient-secret",
              "the variable " + name + " looks like a secret, and every program sees it",
              "unset " + name));
    }
    if (findings.isEmpty()) {
      findings.add(Finding.ok("ambient-secret", "no variable looks like a secret"));
    }
    dotenv(folder, findings);
    return findings;
  }

  private static void dotenv(Path folder, List<Finding> findings) {
    Path file = folder.resolve(".env");
    Path repository = repositoryOf(folder);
    if (!Files.isRegularFile(file) || !Files.exists(repository.resolve(".git"))) {
      return;
    }
    boolean tracked =
        !MachineChecks.output(List.of("git", "-C", folder.toString(), "ls-files", "--", ".env"))
            .isBlank();
    if (tracked) {
      findings.add(
          Finding.problem(
              "dotenv",
              file + " is in git, with all that is in it",
              "git -C "
                  + Finding.quoted(folder)
                  + " rm --cached .env && echo .env >> "
                  + Finding.quoted(folder.resolve(".gitignore"))));
      return;
    }
    if (!isIgnored(folder)) {
      findings.add(
          Finding.warning(
              "dotenv",
              file + " is not ignored, and the next git add takes it along",
              "echo .env >> " + Finding.quoted(folder.resolve(".gitignore"))));
    }
  }

  private static Path repositoryOf(Path folder) {
    for (Path each = folder; each != null; each = each.getParent()) {
      if (Files.exists(each.resolve(".git"))) {
        return each;
      }
    }
    return folder;
  }

  private static boolean isIgnored(Path folder) {
    String ignored =
        MachineChecks.output(List.of("git", "-C", folder.toString(), "check-ignore", "--", ".env"));
    if (!ignored.isBlank()) {
      return true;
    }
    try {
      return Files.readAllLines(folder.resolve(".gitignore")).contains(".env");
    } catch (IOException missing) {
      return false;
    }
  }
}
