package io.keymantle.e2e;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/// The broker killed (SIGKILL) at random moments while an openclaw.json is saved and its secrets
/// move to the store, and the command line killed while it asks for that: the file is the whole old
/// one or the whole new one, for its owner only; after the next start nothing lies beside it; and
/// every secret is in the file or in the store.
final class KilledSaves {
  private static final int LATEST_MILLIS = 1500;

  /// For so many kills of the broker, one of the command line.
  private static final int COMMANDS_KILLED = 5;

  private static final int COMMAND_LATEST_MILLIS = 700;

  private final TestHome home;
  private final KillableBroker broker;
  private final Path folder;
  private final Random random;
  private final CrashReport report;

  private KilledSaves(
      TestHome home, KillableBroker broker, Path folder, Random random, CrashReport report) {
    this.home = home;
    this.broker = broker;
    this.folder = folder;
    this.random = random;
    this.report = report;
  }

  static void run(Path folder, int kills, Random random, CrashReport report) throws Exception {
    TestHome home = TestHome.made(folder);
    try (KillableBroker broker = KillableBroker.of(home)) {
      Path files = Files.createDirectory(folder.resolve("files"));
      KilledSaves saves = new KilledSaves(home, broker, files, random, report);
      for (int kill = 1; kill <= kills; kill++) {
        saves.round(kill);
        report.endCase("openclaw.json, kill " + kill);
      }
    }
  }

  private void round(int kill) throws IOException, InterruptedException {
    Path place = Files.createDirectory(folder.resolve("round-" + kill));
    Path file = place.resolve("openclaw.json");
    ConfigurationEdits edits = new ConfigurationEdits(broker, report, file, "r" + kill);
    Thread load = Thread.startVirtualThread(edits);
    report.check(edits.begun().await(1, TimeUnit.MINUTES), "the edits did not begin");
    awaitMoment(place, kill);
    broker.kill();
    load.join();
    report.count(
        names(place).size() > 1
            ? "kills in the middle of writing an openclaw.json"
            : "kills before or after writing an openclaw.json");
    requireWhole(file, edits);
    broker.start();
    report.check(names(place).equals(List.of("openclaw.json")), "beside it: " + names(place));
    List<String> secrets = new ArrayList<>(edits.secretsMoved());
    if (kill % COMMANDS_KILLED == 0) {
      killCommand(file, edits);
      secrets.add(edits.lastSecret());
    }
    requireKept(file, secrets);
  }

  /// Any moment, or, as those between two edits are the most, one at which a file is being written.
  private void awaitMoment(Path place, int kill) throws IOException, InterruptedException {
    if (kill % 2 == 0) {
      TimeUnit.MILLISECONDS.sleep(random.nextInt(LATEST_MILLIS + 1));
      return;
    }
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
    while (names(place).size() == 1 && System.nanoTime() < end) {
      Thread.onSpinWait();
    }
  }

  private void killCommand(Path file, ConfigurationEdits edits)
      throws IOException, InterruptedException {
    edits.seen(Files.readString(file));
    Process command = home.start(edits.protectLast().toArray(String[]::new));
    boolean ended =
        command.waitFor(random.nextInt(COMMAND_LATEST_MILLIS + 1), TimeUnit.MILLISECONDS);
    command.destroyForcibly().waitFor();
    report.count("openclaw protect" + (ended ? " that ended before it was killed" : " killed"));
    requireWhole(file, edits);
  }

  private void requireWhole(Path file, ConfigurationEdits edits) throws IOException {
    String text = Files.readString(file);
    report.check(edits.possible().contains(text), "the file is neither the old nor the new one");
    String mode = PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
    report.check(mode.equals("rw-------"), "the file's mode is " + mode);
  }

  private void requireKept(Path file, List<String> secrets) throws IOException {
    String text = Files.readString(file);
    String masked = home.mustWithInput(String.join("\n", secrets), "redact").output();
    for (String secret : secrets) {
      boolean inFile = text.contains(secret);
      boolean inStore = !masked.contains(secret);
      report.check(inFile || inStore, "a secret is neither in the file nor in the store");
      report.count("secrets found in " + (inStore ? inFile ? "both" : "the store" : "the file"));
    }
  }

  private static List<String> names(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(each -> each.getFileName().toString()).sorted().toList();
    }
  }
}
