package io.keymantle.gateway;

import io.netty.channel.EventLoop;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;

/// One event loop with what is confined to it: pooled upstream connections and deadlines.
final class Loop {
  private final EventLoop executor;
  private final Executor callbacks;
  private final Sweeper sweeper;
  private final UpstreamPool pool;
  private final Queue<Runnable> handedOver = new ConcurrentLinkedQueue<>();
  private final AtomicBoolean scheduled = new AtomicBoolean();

  Loop(EventLoop executor, Engine engine) {
    this.executor = executor;
    this.callbacks = engine.redeemer().callbacks(executor, executor::inEventLoop);
    this.sweeper = new Sweeper(executor, engine.limits());
    this.pool = new UpstreamPool(this, engine);
  }

  EventLoop executor() {
    return executor;
  }

  /// Where redemptions that begin on this loop report.
  Executor callbacks() {
    return callbacks;
  }

  Sweeper sweeper() {
    return sweeper;
  }

  UpstreamPool pool() {
    return pool;
  }

  /// Runs an action on the loop: now when called from it, else soon. What other threads hand over
  /// close together, as a group commit does, costs one wake-up.
  void run(Runnable action) {
    if (executor.inEventLoop()) {
      action.run();
      return;
    }
    handedOver.add(action);
    if (scheduled.compareAndSet(false, true)) {
      executor.execute(this::drain);
    }
  }

  private void drain() {
    scheduled.set(false);
    for (Runnable action = handedOver.poll(); action != null; action = handedOver.poll()) {
      action.run();
    }
  }
}
