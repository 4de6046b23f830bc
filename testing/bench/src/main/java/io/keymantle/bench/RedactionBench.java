package io.keymantle.bench;

import io.keymantle.redaction.RedactionForms;
import io.keymantle.redaction.RedactionSet;
import io.keymantle.redaction.Redactor;
import io.keymantle.secret.SecretBytes;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// Redaction side by side with Hyperscan's streaming search over the same patterns, in one run:
/// medians of five interleaved rounds, per second of processor time. Ours finds and masks;
/// Hyperscan only finds.
///
/// Started by `testing/bench/redaction`; the arguments are the size of the largest set and the
/// peer's program, if there is one.
public final class RedactionBench {
  private static final int ROUNDS = 5;
  private static final int TEXT = 64 << 20;
  private static final int CRAFTED = 8 << 20;
  private static final int PIECE = 64 << 10;

  private final RedactionTexts texts = new RedactionTexts(42);
  private final List<String> peer;
  private final int largest;

  private RedactionBench(int largest, List<String> peer) {
    this.largest = largest;
    this.peer = peer;
  }

  /// Prints the tables.
  public static void main(String[] arguments) throws IOException {
    List<String> given = List.of(arguments);
    new RedactionBench(Integer.parseInt(given.getFirst()), given.subList(1, given.size())).run();
  }

  private void run() throws IOException {
    byte[] log = texts.log(TEXT);
    print(
        "secrets",
        "patterns",
        "compile ms",
        "memory KB",
        "MB/s",
        "direct",
        "256 B",
        "peer",
        "256 B");
    for (int count : new int[] {1, 10, 20, 100, 1_000, 10_000}) {
      if (count <= largest) {
        ordinary(count, log);
      }
    }
    print("crafted, 1,000 secrets", "MB/s");
    Map<String, List<SecretBytes>> secrets = texts.secrets(1_000);
    List<byte[]> patterns = RedactionForms.of(secrets);
    List<String> jwts = new ArrayList<>();
    List<String> periodic = new ArrayList<>(List.of("a".repeat(40)));
    for (int i = 0; i < 1_000; i++) {
      jwts.add(texts.jwt());
      periodic.add(texts.random("ab", 40));
    }
    crafted("other JWTs of one issuer", RedactionTexts.secrets(jwts), texts.jwts(CRAFTED));
    crafted("patterns short of a byte", secrets, texts.parts(patterns, 9999, 9999, 0, CRAFTED));
    crafted("beginnings of 2 to 8", secrets, texts.parts(patterns, 2, 8, 0, CRAFTED));
    crafted("beginnings of 8 to 24", secrets, texts.parts(patterns, 8, 24, 0, CRAFTED));
    crafted("windows of 8", secrets, texts.parts(patterns, 8, 8, 8, CRAFTED));
    crafted("windows of 9 to 16", secrets, texts.parts(patterns, 9, 16, 6, CRAFTED));
    crafted("whole patterns", secrets, texts.whole(patterns, CRAFTED));
    crafted("one byte throughout", secrets, RedactionTexts.same(CRAFTED, CRAFTED + 1));
    crafted(
        "one byte, secrets of it",
        RedactionTexts.secrets(periodic),
        RedactionTexts.same(CRAFTED, 39));
  }

  private void ordinary(int count, byte[] log) throws IOException {
    Map<String, List<SecretBytes>> secrets = texts.secrets(count);
    RedactionSet set = RedactionSet.EMPTY;
    double[] compile = new double[ROUNDS];
    for (int i = 0; i < ROUNDS; i++) {
      long start = System.nanoTime();
      set = RedactionSet.compile(secrets);
      compile[i] = (System.nanoTime() - start) / 1e6;
    }
    Redactor redactor = set.newRedactor();
    ByteBuffer direct = ByteBuffer.allocateDirect(log.length).put(log).flip();
    double[][] rates = new double[5][ROUNDS];
    try (RedactionPeer other = RedactionPeer.start(peer, RedactionForms.of(secrets), log)) {
      ours(redactor, ByteBuffer.wrap(log), PIECE);
      for (int round = 0; round < ROUNDS; round++) {
        rates[0][round] = ours(redactor, ByteBuffer.wrap(log), PIECE);
        rates[3][round] = other.rate(PIECE);
        rates[1][round] = ours(redactor, direct, PIECE);
        rates[2][round] = ours(redactor, ByteBuffer.wrap(log), 256);
        rates[4][round] = other.rate(256);
      }
    }
    print(
        count,
        set.patterns(),
        String.format(Locale.ROOT, "%.2f", median(compile)),
        set.memory() / 1024,
        rounded(rates[0]),
        rounded(rates[1]),
        rounded(rates[2]),
        rounded(rates[3]),
        rounded(rates[4]));
  }

  private static void crafted(String name, Map<String, List<SecretBytes>> secrets, byte[] text) {
    Redactor redactor = RedactionSet.compile(secrets).newRedactor();
    double[] rates = new double[ROUNDS];
    ours(redactor, ByteBuffer.wrap(text), PIECE);
    for (int round = 0; round < ROUNDS; round++) {
      rates[round] = ours(redactor, ByteBuffer.wrap(text), PIECE);
    }
    print(name, rounded(rates));
  }

  private static double ours(Redactor redactor, ByteBuffer text, int piece) {
    Counting sink = new Counting();
    int length = text.capacity();
    long start = cpu();
    for (int done = 0; done < length; done += piece) {
      text.limit(Math.min(length, done + piece)).position(done);
      redactor.update(text, sink);
    }
    redactor.finish(sink);
    double rate = length / ((cpu() - start) / 1e3);
    if (sink.bytes == 0) {
      throw new IllegalStateException("nothing came out");
    }
    return rate;
  }

  /// This thread's processor time in nanoseconds: other load on the machine does not count.
  private static long cpu() {
    return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
  }

  private static String rounded(double[] values) {
    return String.format(Locale.ROOT, "%.0f", median(values));
  }

  private static double median(double[] values) {
    Arrays.sort(values);
    return values[values.length / 2];
  }

  private static void print(Object... columns) {
    StringBuilder line = new StringBuilder("|");
    for (Object each : columns) {
      line.append(' ').append(each).append(" |");
    }
    System.out.println(line);
  }

  private static final class Counting implements Redactor.Sink {
    private long bytes;

    @Override
    public void accept(ByteBuffer output, boolean fromInput) {
      bytes += output.remaining();
    }
  }
}
