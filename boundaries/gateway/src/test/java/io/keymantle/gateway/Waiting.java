package io.keymantle.gateway;

import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/// Waits for what another thread is about to do.
final class Waiting {
  private static final long LONGEST_NANOS = 10_000_000_000L;

  private Waiting() {}

  static void until(BooleanSupplier condition) {
    long end = System.nanoTime() + LONGEST_NANOS;
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > end) {
        throw new AssertionError("it did not happen within 10 s");
      }
      LockSupport.parkNanos(1_000_000);
    }
  }
}
