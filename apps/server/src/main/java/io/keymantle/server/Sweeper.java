package io.keymantle.server;

import io.keymantle.control.Control;
import io.keymantle.domain.RefusedException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/// Ends what has expired, once a second, and keeps the heap small.
final class Sweeper {
  private Sweeper() {}

  static ScheduledExecutorService start(Control control) {
    ScheduledExecutorService timer =
        Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("sweeper").factory());
    var _ = timer.scheduleWithFixedDelay(() -> sweep(control), 1, 1, TimeUnit.SECONDS);
    HeapTrim heap = new HeapTrim();
    var _ = timer.scheduleWithFixedDelay(heap::look, 5, 5, TimeUnit.SECONDS);
    return timer;
  }

  private static void sweep(Control control) {
    try {
      control.sweep();
    } catch (RefusedException e) {
      // Expired grants are refused by the clock whether or not they were swept; the next second
      // tries again.
      System.getLogger("io.keymantle.server").log(System.Logger.Level.WARNING, e.problem().line());
    }
  }
}
