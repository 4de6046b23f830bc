package io.keymantle.control;

import io.keymantle.domain.ApprovalId;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/// Whoever waits for answers, and whoever watches. Thread-safe.
final class ApprovalWaiters {
  private final Map<ApprovalId, List<CountDownLatch>> waiting = new ConcurrentHashMap<>();
  private final List<Consumer<Approval>> watchers = new CopyOnWriteArrayList<>();

  int count(ApprovalId id) {
    return waiting.getOrDefault(id, List.of()).size();
  }

  AutoCloseable watch(Consumer<Approval> watcher) {
    watchers.add(watcher);
    return () -> watchers.remove(watcher);
  }

  /// Returns when the approval changes, when it is not pending any more, or after a time; an
  /// interrupt ends it too.
  void await(ApprovalId id, Duration atMost, BooleanSupplier pending) {
    CountDownLatch changed = new CountDownLatch(1);
    waiting.compute(
        id,
        (_, others) -> {
          List<CountDownLatch> all = others == null ? new CopyOnWriteArrayList<>() : others;
          all.add(changed);
          return all;
        });
    try {
      // Looked at after the latch is known, so that a change in between is not missed.
      if (pending.getAsBoolean()) {
        var _ = changed.await(Math.max(0, atMost.toNanos()), TimeUnit.NANOSECONDS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      waiting.computeIfPresent(
          id,
          (_, all) -> {
            all.remove(changed);
            return all.isEmpty() ? null : all;
          });
    }
  }

  void changed(Approval approval) {
    if (approval.state() != ApprovalState.PENDING) {
      waiting.getOrDefault(approval.id(), List.of()).forEach(CountDownLatch::countDown);
    }
    watchers.forEach(watcher -> watcher.accept(approval));
  }
}
