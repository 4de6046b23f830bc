package io.keymantle.api;

import io.keymantle.domain.ErrorCode;
import io.keymantle.domain.RefusedException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/// Carries events from the broker to the live pages that listen. Thread-safe.
///
/// Guarantees: telling never waits; a listener that does not keep up is told so once it does.
public final class Events implements EventPort {
  private static final int LISTENERS = 64;
  private static final int WAITING = 256;

  private final List<Queue> queues = new CopyOnWriteArrayList<>();

  /// Tells every listener.
  public void tell(Event event) {
    queues.forEach(queue -> queue.offer(event));
  }

  @Override
  public Listening listen() {
    if (queues.size() >= LISTENERS) {
      throw RefusedException.of(
          ErrorCode.TOO_MANY_CONNECTIONS,
          "too many pages listen for events",
          "close some of the console's tabs");
    }
    Queue queue = new Queue();
    queues.add(queue);
    return queue;
  }

  private final class Queue implements Listening {
    private final BlockingQueue<Event> waiting = new ArrayBlockingQueue<>(WAITING);
    private final AtomicBoolean missed = new AtomicBoolean();

    void offer(Event event) {
      if (!waiting.offer(event)) {
        missed.set(true);
      }
    }

    @Override
    public Optional<Event> next(Duration atMost) throws InterruptedException {
      if (missed.compareAndSet(true, false)) {
        waiting.clear();
        return Optional.of(Event.MISSED);
      }
      return Optional.ofNullable(waiting.poll(atMost.toMillis(), TimeUnit.MILLISECONDS));
    }

    @Override
    public void close() {
      queues.remove(this);
    }
  }
}
