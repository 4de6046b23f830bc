package io.keymantle.demo;

import java.util.concurrent.atomic.AtomicBoolean;

/// Takes away what a program has made: when it is closed, or, if the person ends the program with
/// Ctrl-C before that, then. Runs once. Thread-safe.
final class CleanUp implements AutoCloseable {
  private final Runnable action;
  private final AtomicBoolean done = new AtomicBoolean();
  private final Thread atExit = new Thread(this::once, "clean-up");

  private CleanUp(Runnable action) {
    this.action = action;
  }

  static CleanUp atTheEnd(Runnable action) {
    CleanUp cleanUp = new CleanUp(action);
    Runtime.getRuntime().addShutdownHook(cleanUp.atExit);
    return cleanUp;
  }

  private void once() {
    if (done.compareAndSet(false, true)) {
      action.run();
    }
  }

  @Override
  public void close() {
    once();
    try {
      var _ = Runtime.getRuntime().removeShutdownHook(atExit);
    } catch (IllegalStateException e) {
      // The program is ending: whoever came first has cleaned up.
    }
  }
}
