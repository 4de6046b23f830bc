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

/// Speed of the ledger beside the bare disk, in one run: the disk's fdatasync rate, then one, 64
/// and 256 writers that each wait for their entry, five rounds interleaved, medians. Each writer is
/// a virtual thread; one writer is measured as a platform thread too, as an event loop is one.
///
/// Arguments: the directory to write in (default: a temporary one under the working directory), and
/// the seconds per measurement (default 2).
public final class LedgerBench {
  private static final int ROUNDS = 5;
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
    List<Result> disk = new ArrayList<>();
    List<Result> one = new ArrayList<>();
    List<Result> platform = new ArrayList<>();
    List<Result> many = new ArrayList<>();
    List<Result> most = new ArrayList<>();
    Path home = directory.resolve("ledger");
    var signer = new Ed25519LedgerSigner("keymantle.bench/log", new byte[32]);
    try (Ledger ledger = Ledger.open(LedgerConfiguration.of(home, signer, Clock.systemUTC()))) {
      // Warms the code and passes the small first journal segment.
      writers(ledger, 64, Thread.ofVirtual().factory());
      for (int round = 0; round < ROUNDS; round++) {
        disk.add(fdatasync());
        one.add(writers(ledger, 1, Thread.ofVirtual().factory()));
        platform.add(writers(ledger, 1, Thread.ofPlatform().factory()));
        many.add(writers(ledger, 64, Thread.ofVirtual().factory()));
        most.add(writers(ledger, 256, Thread.ofVirtual().factory()));
        ledger.checkpoint();
      }
    }
    Result sync = median(disk);
    print("fdatasync, preallocated, " + RECORD + " bytes", sync, sync);
    print("1 writer", median(one), sync);
    print("1 writer on a platform thread", median(platform), sync);
    print("64 writers", median(many), sync);
    print("256 writers", median(most), sync);
    goal("1 writer, rate to the disk's", median(one).rate() / sync.rate(), 0.8, true);
    goal("1 writer, p50 in fsyncs", median(one).p50() / sync.p50(), 2.5, false);
    goal("64 writers, rate to the disk's", median(many).rate() / sync.rate(), 20, true);
    goal("64 writers, p50 in fsyncs", median(many).p50() / sync.p50(), 2.5, false);
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
        results.stream().map(Result::rate).sorted().toList().get(results.size() / 2),
        results.stream().map(Result::p50).sorted().toList().get(results.size() / 2),
        results.stream().map(Result::p99).sorted().toList().get(results.size() / 2));
  }

  private static void print(String what, Result result, Result sync) {
    System.out.printf(
        Locale.ROOT,
        "%-36s %,10.0f/s  p50 %,7.0f µs  p99 %,7.0f µs  %6.2f times the disk%n",
        what,
        result.rate(),
        result.p50(),
        result.p99(),
        result.rate() / sync.rate());
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
