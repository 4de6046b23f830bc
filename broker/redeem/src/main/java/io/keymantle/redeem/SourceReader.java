package io.keymantle.redeem;

import io.keymantle.control.SourceHealth;
import io.keymantle.domain.CredentialName;
import io.keymantle.domain.ErrorCode;
import io.keymantle.domain.Problem;
import io.keymantle.domain.RefusedException;
import io.keymantle.domain.SourceReference;
import io.keymantle.source.spi.SecretSource;
import io.keymantle.source.spi.SourceException;
import io.keymantle.source.spi.SourceException.Reason;
import io.keymantle.source.spi.SourceValue;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

/// Reads sources outside the home: once for all who want the same value at the same time, again
/// where that may help, and never for longer than [#BUDGET] in all. Keeps nothing. Thread-safe.
public final class SourceReader {
  static final int TRIES = 3;

  /// For one try: longer than what a source may take by itself.
  static final Duration ONE_TRY = Duration.ofSeconds(12);

  /// For all tries and the pauses between them.
  static final Duration BUDGET = Duration.ofSeconds(20);

  private static final Duration FIRST_PAUSE = Duration.ofMillis(200);

  private final InstantSource clock;
  private final Map<String, SourceGate> gates = new ConcurrentHashMap<>();

  /// Guarded by itself.
  private final Map<String, Flight> flights = new HashMap<>();

  SourceReader(InstantSource clock) {
    this.clock = clock;
  }

  /// One read under way, and how many wait for what it brings.
  private static final class Flight {
    final CompletableFuture<SourceValue> value = new CompletableFuture<>();
    int waiting;
  }

  /// The caller closes the bytes.
  ///
  /// @throws RefusedException with one of the `source_` codes
  ///
  /// @param name what the value is called where it is masked, and in a refusal
  SourceValue read(SecretSource source, CredentialName name, SourceReference reference) {
    String item = name + " " + reference;
    Flight flight;
    boolean first;
    synchronized (flights) {
      first = !flights.containsKey(item);
      flight = flights.computeIfAbsent(item, _ -> new Flight());
      flight.waiting++;
    }
    if (first) {
      land(flight, item, () -> tries(source, name, reference));
    }
    try {
      SourceValue value = flight.value.join();
      return new SourceValue(value.bytes().copy(), value.version(), value.goodFor());
    } catch (CompletionException e) {
      throw e.getCause() instanceof RefusedException refused
          ? new RefusedException(refused.problem())
          : e;
    } finally {
      leave(flight);
    }
  }

  private void land(Flight flight, String item, Supplier<SourceValue> tries) {
    try {
      flight.value.complete(tries.get());
    } catch (RuntimeException e) {
      flight.value.completeExceptionally(e);
    } finally {
      synchronized (flights) {
        flights.remove(item);
      }
    }
  }

  private void leave(Flight flight) {
    boolean last;
    synchronized (flights) {
      last = --flight.waiting == 0;
    }
    if (last && !flight.value.isCompletedExceptionally()) {
      flight.value.join().bytes().close();
    }
  }

  private SourceValue tries(SecretSource source, CredentialName name, SourceReference reference) {
    SourceGate gate = gates.computeIfAbsent(source.scheme(), its -> new SourceGate(its, clock));
    long end = System.nanoTime() + BUDGET.toNanos();
    Duration pause = FIRST_PAUSE;
    for (int tried = 1; ; tried++) {
      try {
        return gate.call(() -> inTime(source, name, reference, end));
      } catch (SourceException e) {
        long left = end - System.nanoTime();
        if (!e.reason().mayPass() || tried == TRIES || left <= pause.toNanos()) {
          throw new RefusedException(problem(name, e));
        }
        pause(pause);
        pause = pause.multipliedBy(4);
      }
    }
  }

  /// Somewhere up to the whole pause, so that many that failed together do not come back together.
  private static void pause(Duration most) {
    try {
      Thread.sleep(ThreadLocalRandom.current().nextLong(most.toMillis() / 2, most.toMillis() + 1));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private SourceValue inTime(
      SecretSource source, CredentialName name, SourceReference reference, long end)
      throws SourceException {
    Handover handover = new Handover();
    Thread reading =
        Thread.startVirtualThread(() -> {
          try {
            handover.give(source.read(name, reference));
          } catch (SourceException | RuntimeException e) {
            handover.fail(e);
          }
        });
    long most = Math.min(ONE_TRY.toNanos(), Math.max(1, end - System.nanoTime()));
    try {
      return handover.value.get(most, TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      throw timedOut(source, handover, reading);
    } catch (ExecutionException e) {
      switch (e.getCause()) {
        case SourceException known -> throw known;
        case RefusedException refused -> throw refused;
        case null, default ->
            throw new SourceException(
                Reason.FAILED,
                source.scheme() + " failed in a way that it does not know",
                "see the broker's log, and run: keymantle doctor");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw timedOut(source, handover, reading);
    }
  }

  private static SourceException timedOut(SecretSource source, Handover handover, Thread reading) {
    handover.giveUp();
    reading.interrupt();
    return new SourceException(
        Reason.TIMEOUT,
        source.scheme() + " did not answer in time",
        "see whether it can be reached: keymantle source test " + source.scheme());
  }

  /// A value that comes when nobody waits any more is zeroed.
  private static final class Handover {
    final CompletableFuture<SourceValue> value = new CompletableFuture<>();

    void give(SourceValue read) {
      if (!value.complete(read)) {
        read.bytes().close();
      }
    }

    void fail(Exception why) {
      value.completeExceptionally(why);
    }

    void giveUp() {
      if (!value.cancel(false) && !value.isCompletedExceptionally()) {
        value.join().bytes().close();
      }
    }
  }

  private static Problem problem(CredentialName name, SourceException why) {
    return Problem.about(name, code(why.reason()), String.valueOf(why.getMessage()), why.fix());
  }

  /// The refusal of what was not about a credential.
  public static RefusedException refusal(SourceException why) {
    return RefusedException.of(code(why.reason()), String.valueOf(why.getMessage()), why.fix());
  }

  static ErrorCode code(Reason reason) {
    return switch (reason) {
      case NOT_FOUND -> ErrorCode.SOURCE_NOT_FOUND;
      case PROPERTY_MISSING -> ErrorCode.SOURCE_PROPERTY_MISSING;
      case FORBIDDEN -> ErrorCode.SOURCE_FORBIDDEN;
      case UNAUTHENTICATED -> ErrorCode.SOURCE_UNAUTHENTICATED;
      case UNTRUSTED -> ErrorCode.SOURCE_UNTRUSTED;
      case REDIRECTED -> ErrorCode.SOURCE_REDIRECTED;
      case MALFORMED -> ErrorCode.SOURCE_MALFORMED;
      case THROTTLED -> ErrorCode.SOURCE_THROTTLED;
      case TIMEOUT -> ErrorCode.SOURCE_TIMEOUT;
      case UNAVAILABLE -> ErrorCode.SOURCE_UNAVAILABLE;
      case FAILED -> ErrorCode.SOURCE_FAILED;
    };
  }

  /// Of every source that was read, by scheme.
  List<SourceHealth> health() {
    return gates.values().stream()
        .map(SourceGate::health)
        .sorted(Comparator.comparing(SourceHealth::scheme))
        .toList();
  }
}
