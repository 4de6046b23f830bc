package io.keymantle.redeem;

import io.keymantle.control.SourceHealth;
import io.keymantle.source.spi.SourceException;
import io.keymantle.source.spi.SourceException.Reason;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/// Keeps one source's trouble its own: so many calls at once, and a rest after failures in a row,
/// in which it is not called at all. Counts what happened. Thread-safe.
final class SourceGate {
  /// Calls of one source at the same time; more wait, for [#PATIENCE] at most.
  static final int AT_ONCE = 16;

  static final Duration PATIENCE = Duration.ofSeconds(2);

  /// Failures in a row after which the source rests.
  static final int FAILURES = 5;

  static final Duration REST = Duration.ofSeconds(10);

  private final String scheme;
  private final InstantSource clock;
  private final Semaphore calls = new Semaphore(AT_ONCE);

  /// Guarded by this, all below.
  private int inARow;

  private long restsUntil;
  private long reads;
  private long nanos;
  private long slowest;
  private final Map<String, Long> failures = new HashMap<>();
  private String lastFailure = "";

  SourceGate(String scheme, InstantSource clock) {
    this.scheme = scheme;
    this.clock = clock;
  }

  /// A call of the source.
  interface Call<T> {
    T made() throws SourceException;
  }

  <T> T call(Call<T> call) throws SourceException {
    requireAwake();
    requireRoom();
    long begun = System.nanoTime();
    try {
      T made = call.made();
      went(System.nanoTime() - begun);
      return made;
    } catch (SourceException e) {
      failed(e.reason(), System.nanoTime() - begun);
      throw e;
    } finally {
      calls.release();
    }
  }

  private synchronized void requireAwake() throws SourceException {
    long now = clock.millis();
    if (now < restsUntil) {
      throw new SourceException(
          Reason.UNAVAILABLE,
          scheme
              + " failed "
              + inARow
              + " times in a row ("
              + lastFailure
              + ") and is not asked now",
          "it is asked again in "
              + Math.ceilDiv(restsUntil - now, 1000)
              + " s; see: keymantle source list");
    }
    if (inARow >= FAILURES) {
      // Who comes now tries it; the others wait for what comes of that.
      restsUntil = now + REST.toMillis();
    }
  }

  private void requireRoom() throws SourceException {
    try {
      if (calls.tryAcquire(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
        return;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    throw new SourceException(
        Reason.UNAVAILABLE, scheme + " has " + AT_ONCE + " reads under way", "try again");
  }

  private synchronized void went(long took) {
    count(took);
    inARow = 0;
    restsUntil = 0;
  }

  private void count(long took) {
    reads++;
    nanos += took;
    slowest = Math.max(slowest, took);
  }

  private synchronized void failed(Reason reason, long took) {
    count(took);
    lastFailure = SourceReader.code(reason).text();
    failures.merge(lastFailure, 1L, Long::sum);
    if (!reason.mayPass()) {
      // It answers; that it has no such value, or refuses, is no trouble of its own.
      inARow = 0;
      restsUntil = 0;
      return;
    }
    inARow++;
    if (inARow >= FAILURES) {
      restsUntil = clock.millis() + REST.toMillis();
    }
  }

  synchronized SourceHealth health() {
    return new SourceHealth(
        scheme,
        reads,
        failures.values().stream().mapToLong(Long::longValue).sum(),
        failures,
        lastFailure,
        Duration.ofNanos(nanos),
        Duration.ofNanos(slowest),
        clock.millis() < restsUntil);
  }
}
