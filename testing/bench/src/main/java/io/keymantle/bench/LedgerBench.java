package io.keymantle.bench;

import io.keymantle.domain.LedgerEvent;
import io.keymantle.ledger.Ed25519LedgerSigner;
import io.keymantle.ledger.Ledger;
import io.keymantle.ledger.LedgerConfiguration;
import io.keymantle.ledger.LedgerVerifier;
import io.keymantle.ledger.VerificationReport;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadFactory;
import java.util.stream.Stream;

/// Speed of the ledger beside the bare disk, in one run: one, 64 and 256 writers that each wait for
/// their entry, each measured between two measurements of the disk's own fdatasync rate; five
/// rounds interleaved, medians of the figures and of each round's ratios. Each writer is a virtual
/// thread; one writer is measured as a platform thread too, as an event loop is one.
///
/// Arguments: the directory to write in (default: a temporary one under the working directory), and
/// the seconds per measurement (default 2).
public final class LedgerBench {
  private static final int ROUNDS = 5;
  private static final int WARM_UPS = 3;
  private static final int RECORD = 250;

  private final Path directory;
  private final double seconds;

  private LedgerBench(Path directory, double seconds) {
    this.directory = directory;
    this.seconds = seconds;
  }

  /// What one measurement gave: operations per second, and the middle and slow wait in µs.
  private record Result(double rate, double p50, double p99) {}

  public static void main(String[] arguments) throws Exception {
    Path parent = Path.of(arguments.length > 0 ? arguments[0] : ".").toAbsolutePath();
    double seconds = arguments.length > 1 ? Double.parseDouble(arguments[1]) : 2;
    Path directory = Files.createTempDirectory(parent, "ledger-bench-");
    try {
      new LedgerBench(directory, seconds).run();
    } finally {
      delete(directory);
    }
  }

  private void run() throws Exception {
    Path home = directory.resolve("ledger");
    var signer = new Ed25519LedgerSigner("keymantle.bench/log", new byte[32]);
    List<Case> cases =
        List.of(
            new Case("1 writer", 1, Thread.ofVirtual().factory()),
            new Case("1 writer on a platform thread", 1, Thread.ofPlatform().factory()),
            new Case("64 writers", 64, Thread.ofVirtual().factory()),
            new Case("256 writers", 256, Thread.ofVirtual().factory()));
    List<Result> disk = new ArrayList<>();
    try (Ledger ledger = Ledger.open(LedgerConfiguration.of(home, signer, Clock.systemUTC()))) {
      // Warms the code and passes the small first journal segment.
      for (int i = 0; i < WARM_UPS; i++) {
        writers(ledger, 64, Thread.ofVirtual().factory());
        writers(ledger, 1, Thread.ofVirtual().factory());
      }
      for (int round = 0; round < ROUNDS; round++) {
        disk.add(fdatasync());
        for (Case each : cases) {
          Result before = disk.getLast();
          Result result = writers(ledger, each.writers(), each.threads());
          disk.add(fdatasync());
          each.add(result, before, disk.getLast());
        }
        ledger.checkpoint();
      }
    }
    print(disk, cases);
    long start = System.nanoTime();
    VerificationReport report = LedgerVerifier.verify(home, signer, Optional.empty());
    double took = (System.nanoTime() - start) / 1e9;
    System.out.printf(
        Locale.ROOT,
        "%s; verified in %.1f s, %,.0f entries/s%n",
        report.summary(),
        took,
        report.size() / took);
  }

  /// A number of writers, with the results of the rounds and their ratios to the disk's own rate
  /// and wait, as measured right before and right after: the disk of a shared machine drifts.
  private record Case(
      String name,
      int writers,
      ThreadFactory threads,
      List<Result> results,
      List<Double> rates,
      List<Double> waits) {
    Case(String name, int writers, ThreadFactory threads) {
      this(name, writers, threads, new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
    }

    void add(Result result, Result before, Result after) {
      results.add(result);
      rates.add(result.rate() / ((before.rate() + after.rate()) / 2));
      waits.add(result.p50() / ((before.p50() + after.p50()) / 2));
    }
  }

  private static void print(List<Result> disk, List<Case> cases) {
    System.out.printf(
        Locale.ROOT,
        "%-36s %10s  %8s  %8s  %8s  %10s%n",
        "medians of " + ROUNDS + " rounds",
        "per s",
        "p50 µs",
        "p99 µs",
        "x disk",
        "p50/fsync");
    print("fdatasync, preallocated, " + RECORD + " bytes", median(disk), 1, 1);
    for (Case each : cases) {
      print(each.name(), median(each.results()), middle(each.rates()), middle(each.waits()));
    }
    Case one = cases.getFirst();
    Case many = cases.get(2);
    goal("1 writer, rate to the disk's", middle(one.rates()), 0.8, true);
    goal("1 writer, p50 in fsyncs", middle(one.waits()), 2.5, false);
    goal("64 writers, rate to the disk's", middle(many.rates()), 20, true);
    goal("64 writers, p50 in fsyncs", middle(many.waits()), 2.5, false);
  }

  private Result fdatasync() throws IOException {
    Path file = directory.resolve("fdatasync");
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      ByteBuffer zeros = ByteBuffer.allocateDirect(1 << 20);
      for (int i = 0; i < 16; i++) {
        channel.write(zeros.clear(), (long) i << 20);
      }
      channel.force(true);
      ByteBuffer record = ByteBuffer.allocateDirect(RECORD);
      long[] waits = new long[1 << 20];
      int count = 0;
      long start = System.nanoTime();
      long end = start + (long) (seconds * 1e9);
      long now = start;
      while (now < end) {
        channel.write(record.clear(), (long) count * RECORD % (15 << 20));
        channel.force(false);
        long done = System.nanoTime();
        waits[count++] = done - now;
        now = done;
      }
      return result(Arrays.copyOf(waits, count), now - start);
    }
  }

  private Result writers(Ledger ledger, int writers, ThreadFactory threads) throws Exception {
    long[][] waits = new long[writers][];
    var done = new CountDownLatch(writers);
    long start = System.nanoTime();
    long end = start + (long) (seconds * 1e9);
    try (var executor = Executors.newThreadPerTaskExecutor(threads)) {
      for (int writer = 0; writer < writers; writer++) {
        int number = writer;
        executor.execute(() -> {
          waits[number] = write(ledger, number, end);
          done.countDown();
        });
      }
      done.await();
    }
    long took = System.nanoTime() - start;
    return result(Stream.of(waits).flatMapToLong(Arrays::stream).toArray(), took);
  }

  private static long[] write(Ledger ledger, int writer, long end) {
    long[] waits = new long[1 << 16];
    int count = 0;
    long now = System.nanoTime();
    while (now < end) {
      ledger.appendAndAwait(event(writer, count));
      long done = System.nanoTime();
      if (count == waits.length) {
        waits = Arrays.copyOf(waits, waits.length * 2);
      }
      waits[count++] = done - now;
      now = done;
    }
    return Arrays.copyOf(waits, count);
  }

  private static LedgerEvent event(int writer, int count) {
    return new LedgerEvent(
        Instant.now(),
        LedgerEvent.Kind.REDEMPTION,
        LedgerEvent.Phase.INTENT,
        "w" + writer + "-" + count,
        "agent:main",
        "github-api",
        "g_0123456789abcdef",
        "https://api.github.com",
        "GET",
        "/repos/keymantle/keymantle/issues",
        "",
        "",
        Map.of());
  }

  private static Result result(long[] waits, long nanos) {
    Arrays.sort(waits);
    return new Result(
        waits.length * 1e9 / nanos,
        waits[waits.length / 2] / 1e3,
        waits[(int) (waits.length * 0.99)] / 1e3);
  }

  private static Result median(List<Result> results) {
    return new Result(
        middle(results.stream().map(Result::rate).toList()),
        middle(results.stream().map(Result::p50).toList()),
        middle(results.stream().map(Result::p99).toList()));
  }

  private static double middle(List<Double> values) {
    return values.stream().sorted().toList().get(values.size() / 2);
  }

  private static void print(String what, Result result, double rate, double wait) {
    System.out.printf(
        Locale.ROOT,
        "%-36s %,10.0f  %,8.0f  %,8.0f  %8.2f  %10.2f%n",
        what,
        result.rate(),
        result.p50(),
        result.p99(),
        rate,
        wait);
  }

  private static void goal(String what, double value, double goal, boolean atLeast) {
    boolean met = atLeast ? value >= goal : value <= goal;
    System.out.printf(
        Locale.ROOT,
        "%-36s %6.2f  goal %s %.1f  %s%n",
        what,
        value,
        atLeast ? "at least" : "at most",
        goal,
        met ? "met" : "MISSED");
  }

  private static void delete(Path directory) throws IOException {
    try (Stream<Path> walk = Files.walk(directory)) {
      for (Path path : walk.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }
}
