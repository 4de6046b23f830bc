package io.keymantle.e2e;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.concurrent.TimeUnit;

/// The verbs that rewrite a home or make one, `rekey`, `backup` and `restore`, killed (SIGKILL) at
/// random moments: the key of before or the one after opens every value, and what a cut `restore`
/// leaves is a whole home or none.
final class KilledVerbs {
  private static final String VALUE = "ghp_killedVerbs0123456789abcdefAB";

  /// From the start of a JVM to a while after the verb has ended by itself.
  private static final int EARLIEST_MILLIS = 150;

  private static final int LATEST_MILLIS = 1600;

  private final TestHome home;
  private final TestHome restored;
  private final Path whole;
  private final Path cut;
  private final Random random;
  private final CrashReport report;

  private KilledVerbs(Path folder, Random random, CrashReport report) throws IOException {
    this.home = TestHome.made(folder);
    this.restored = TestHome.none(folder);
    this.whole = folder.resolve("whole.backup");
    this.cut = folder.resolve("cut.backup");
    this.random = random;
    this.report = report;
  }

  /// Kills each verb so many times.
  static void run(Path folder, int moments, Random random, CrashReport report) throws Exception {
    KilledVerbs verbs = new KilledVerbs(folder, random, report);
    verbs.fill();
    for (int moment = 1; moment <= moments; moment++) {
      try {
        verbs.killEach();
      } catch (IOException | IllegalStateException e) {
        report.check(false, "the case ended with " + e);
      }
      report.endCase("rekey, backup and restore, kill " + moment);
    }
  }

  private void fill() throws IOException {
    home.must("up", "--gateway-port", "0");
    try (home) {
      home.mustWithInput(VALUE, "credential", "add", "a", "--destination", "https://a.example");
    }
    home.must("backup", whole.toString());
    // What the backup opens with stays when rekey has made another.
    Files.copy(home.path().resolve("keys/key"), key());
  }

  private Path key() {
    return whole.resolveSibling("whole.key");
  }

  private void killEach() throws IOException, InterruptedException {
    kill("rekey", home.start("rekey"));
    usable(home, "rekey");
    kill("backup", home.start("backup", cut.toString()));
    Files.deleteIfExists(cut);
    usable(home, "backup");
    kill("restore", restored.start("restore", whole.toString(), "--key-file", key().toString()));
    if (Files.exists(restored.path())) {
      usable(restored, "restore");
      CrashSuite.delete(restored.path());
    }
  }

  private void kill(String verb, Process process) throws InterruptedException {
    boolean ended =
        process.waitFor(random.nextInt(EARLIEST_MILLIS, LATEST_MILLIS + 1), TimeUnit.MILLISECONDS);
    process.destroyForcibly().waitFor();
    report.count(verb + (ended ? " that ended before it was killed" : " killed"));
  }

  private void usable(TestHome candidate, String verb) throws IOException {
    candidate.must("up");
    try (candidate) {
      String masked = candidate.mustWithInput(VALUE, "redact").output();
      report.check(masked.equals("[redacted:a]"), "after a killed " + verb + ": " + masked);
      String verified = candidate.run("ledger", "verify").all();
      report.check(verified.contains("ledger ok"), "after a killed " + verb + ": " + verified);
    }
  }
}
