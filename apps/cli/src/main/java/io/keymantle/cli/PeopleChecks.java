package io.keymantle.cli;

import io.keymantle.domain.HomeDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// Whether people's accounts are as safe as they can be, and the home's `.env` stays at home.
final class PeopleChecks {
  private static final String FIX = "; fix: ";

  private PeopleChecks() {}

  /// @param status what the broker says of itself; empty when none runs
  static List<Finding> examine(HomeDirectory home, JsonObject status) {
    List<Finding> findings = new ArrayList<>();
    for (String warning : status.texts("warnings")) {
      int fix = warning.indexOf(FIX);
      findings.add(
          fix < 0
              ? Finding.warning("people", warning, "")
              : Finding.warning(
                  "people", warning.substring(0, fix), warning.substring(fix + FIX.length())));
    }
    Path file = home.environment();
    if (Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
      findings.add(
          wouldBeCommitted(home, file)
              ? Finding.warning(
                  "home-env",
                  "git would commit " + file,
                  "echo .env >> " + Finding.quoted(file.resolveSibling(".gitignore")))
              : Finding.ok("home-env", "git would not commit " + file));
    }
    return findings;
  }

  /// `git check-ignore` answers 1 for a file that it does not ignore, 128 where there is no
  /// repository.
  private static boolean wouldBeCommitted(HomeDirectory home, Path file) {
    try {
      Process git =
          new ProcessBuilder("git", "check-ignore", "--quiet", "--", file.toString())
              .directory(home.path().toFile())
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      if (!git.waitFor(5, TimeUnit.SECONDS)) {
        git.destroyForcibly();
        return false;
      }
      return git.exitValue() == 1;
    } catch (IOException noGit) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
