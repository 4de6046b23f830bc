package io.keymantle.redeem;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// Tells those who asked that something has ended, each exactly once. Thread-safe.
final class EndSignal {
  private final Set<Handle> handles = ConcurrentHashMap.newKeySet();
  private volatile boolean ended;

  boolean hasEnded() {
    return ended;
  }

  /// Marks the end, then runs the actions. Idempotent.
  void end() {
    ended = true;
    for (Handle handle : handles) {
      handle.run();
    }
  }

  /// Runs the action at the end, at once if it is over already.
  AutoCloseable onEnd(Runnable action) {
    Handle handle = new Handle(action);
    handles.add(handle);
    if (ended) {
      handle.run();
    }
    return handle;
  }

  private final class Handle implements AutoCloseable {
    private final Runnable action;

    Handle(Runnable action) {
      this.action = action;
    }

    /// Whoever takes the handle out of the set runs it.
    void run() {
      if (handles.remove(this)) {
        try {
          action.run();
        } catch (RuntimeException e) {
          // The others must learn of the end all the same.
          System.getLogger(EndSignal.class.getName())
              .log(System.Logger.Level.WARNING, "an action at the end of a grant failed: {0}", e);
        }
      }
    }

    @Override
    public void close() {
      handles.remove(this);
    }
  }
}
