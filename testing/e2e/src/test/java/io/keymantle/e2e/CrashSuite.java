package io.keymantle.e2e;

import io.keymantle.demo.KeymantleCommand;
import io.keymantle.domain.HomeDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// The slow crash suite: kills the broker with SIGKILL at random moments under load, starts it
/// again with nothing but `up`, and checks that everything it ever acknowledged is there. Run by
/// `testing/e2e/crash`, not by `verify`.
///
/// Not shown: what a power cut does, for the kernel keeps what a killed process had written. Tests
/// of the ledger and the store with failing disks are about that.
public final class CrashSuite {
  static final String AGENT = "crash";
  private static final int WORKERS = 6;
  private static final int EARLIEST_MILLIS = 5;
  private static final int LATEST_MILLIS = 400;

  /// Every so many kills: one more during start-up, and a check of the whole ledger.
  private static final int STARTS_KILLED = 5;

  private static final int VERIFIED = 10;

  /// For so many kills of the broker, one of each verb that works beside it or without it.
  private static final int VERBS_KILLED = 5;

  /// Files that one running broker may have in `run`.
  private static final int RUN_FILES = 10;

  /// A round that takes longer has met a broker that hangs.
  private static final Duration ROUND_LIMIT = Duration.ofMinutes(5);

  private final TestHome home;
  private final KillableBroker broker;
  private final List<CrashWorker> workers;
  private final CrashCheck check;
  private final Path witness;
  private final Random random;
  private final CrashReport report;

  private CrashSuite(
      TestHome home,
      KillableBroker broker,
      ValueRecorder upstream,
      Random random,
      CrashReport report)
      throws IOException {
    this.home = home;
    this.broker = broker;
    this.random = random;
    this.report = report;
    this.witness = home.workspace().resolve("checkpoint");
    String agentToken =
        broker
            .must("POST", "/v1/agents", "{\"name\": \"" + AGENT + "\"}")
            .get("token")
            .stringValue();
    this.workers =
        IntStream.range(0, WORKERS)
            .mapToObj(number ->
                new CrashWorker(
                    number, broker, agentToken, upstream, new Random(random.nextLong()), report))
            .toList();
    this.check = new CrashCheck(broker, upstream, report);
  }

  /// Arguments: how many kills (200), and the seed of the random moments.
  public static void main(String[] arguments) throws Exception {
    int kills = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 200;
    long seed = arguments.length > 1 ? Long.parseLong(arguments[1]) : System.nanoTime();
    CrashReport report = new CrashReport();
    Path folder = Files.createTempDirectory("keymantle-crash");
    System.out.println("crash suite: " + kills + " kills, seed " + seed + ", in " + folder);
    Random random = new Random(seed);
    boolean done;
    try {
      done = crash(folder, kills, random, report);
      KilledSaves.run(folder, kills, random, report);
      KilledVerbs.run(folder, kills / VERBS_KILLED, random, report);
      DiskFull.run(folder, report);
    } finally {
      System.out.print("checked:\n" + report.counts());
    }
    System.out.println(report.verdict());
    if (done && report.allPassed()) {
      delete(folder);
    } else {
      System.out.println("what is left of the homes is in " + folder);
    }
    System.exit(done && report.allPassed() ? 0 : 1);
  }

  /// Returns whether all rounds came to their end.
  private static boolean crash(Path folder, int kills, Random random, CrashReport report)
      throws Exception {
    TestHome home = TestHome.made(folder);
    try (ValueRecorder upstream = new ValueRecorder();
        KillableBroker broker = KillableBroker.of(home)) {
      CrashSuite suite = new CrashSuite(home, broker, upstream, random, report);
      for (int kill = 1; kill <= kills; kill++) {
        if (!suite.limitedRound(kill)) {
          return false;
        }
      }
      suite.verify("at the end");
      return true;
    }
  }

  private boolean limitedRound(int kill) throws InterruptedException {
    Thread round =
        Thread.ofPlatform()
            .daemon()
            .start(() -> {
              try {
                round(kill);
              } catch (IOException | RuntimeException e) {
                report.check(false, "the round ended with " + e);
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            });
    boolean ended = round.join(ROUND_LIMIT);
    report.check(ended, "the broker did not answer for " + ROUND_LIMIT);
    boolean alive = ended && !broker.isKilled();
    report.endCase("kill " + kill);
    if (kill % 10 == 0) {
      System.out.println(kill + " kills: " + report.verdict());
    }
    return alive;
  }

  private void round(int kill) throws IOException, InterruptedException {
    List<Thread> load = new ArrayList<>();
    CountDownLatch first = new CountDownLatch(WORKERS);
    workers.forEach(worker -> load.add(worker.start(first)));
    // The first answers of a cold broker on a busy machine take longer than the whole load.
    report.check(first.await(1, TimeUnit.MINUTES), "the load did not begin");
    TimeUnit.MILLISECONDS.sleep(random.nextInt(EARLIEST_MILLIS, LATEST_MILLIS + 1));
    broker.kill();
    for (Thread thread : load) {
      thread.join();
    }
    report.count("kills under load");
    if (kill % STARTS_KILLED == 0) {
      broker.startAndKill(random.nextInt(100, 1500));
      report.count("kills during start-up");
    }
    if (kill % VERIFIED == 0) {
      verify("of the killed broker's files");
    }
    broker.start();
    check.check(workers);
    if (kill % VERIFIED == 0) {
      verify("beside the restarted broker");
      tidy();
    }
  }

  /// Checks the whole ledger, and that it goes on from a checkpoint that was seen under load.
  private void verify(String when) throws IOException {
    List<String> command = new ArrayList<>(List.of("ledger", "verify"));
    for (CrashWorker worker : workers) {
      if (!worker.checkpoint.isEmpty()) {
        Files.writeString(witness, worker.checkpoint);
        command = List.of("ledger", "verify", "--checkpoint", witness.toString());
      }
    }
    KeymantleCommand.Result result = home.run(command.toArray(String[]::new));
    report.check(result.status() == 0, "ledger verify " + when + ": " + result.all().strip());
    report.count("ledger verifications");
  }

  /// What killed brokers left behind must not pile up.
  private void tidy() throws IOException {
    try (Stream<Path> files = Files.list(new HomeDirectory(home.path()).run())) {
      List<String> names = files.map(each -> each.getFileName().toString()).toList();
      report.check(names.size() <= RUN_FILES, "leftovers pile up in the home: " + names);
    }
  }

  static void delete(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
