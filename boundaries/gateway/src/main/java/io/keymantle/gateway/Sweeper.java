package io.keymantle.gateway;

import io.netty.channel.EventLoop;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// The deadlines of one event loop's connections: one timer looks at all of them several times per
/// shortest time-out, so that setting a deadline costs one store. Confined to its loop.
final class Sweeper {
  private static final long LONGEST_TICK = Duration.ofMillis(500).toNanos();
  private static final long SHORTEST_TICK = Duration.ofMillis(5).toNanos();

  private final List<Expiring> members = new ArrayList<>();
  private long now = System.nanoTime();

  /// Something with deadlines.
  interface Expiring {
    /// Looks at its deadlines; may close itself and so leave the sweeper.
    void sweep(long now);

    /// Its place among the members, kept by the sweeper.
    int sweepSlot();

    void sweepSlot(int slot);
  }

  Sweeper(EventLoop loop, GatewayLimits limits) {
    long shortest = LONGEST_TICK * 4;
    for (Duration limit :
        List.of(limits.handshake(), limits.head(), limits.idle(), limits.replyHeadWait())) {
      shortest = Math.min(shortest, limit.toNanos());
    }
    if (limits.total().isPositive()) {
      shortest = Math.min(shortest, limits.total().toNanos());
    }
    long tick = Math.max(SHORTEST_TICK, shortest / 4);
    var _ = loop.scheduleAtFixedRate(this::sweep, tick, tick, TimeUnit.NANOSECONDS);
  }

  /// A monotonic time in nanoseconds, a tick old at most.
  long now() {
    return now;
  }

  void add(Expiring member) {
    member.sweepSlot(members.size());
    members.add(member);
  }

  void remove(Expiring member) {
    int slot = member.sweepSlot();
    if (slot < 0) {
      return;
    }
    Expiring last = members.removeLast();
    if (slot < members.size()) {
      members.set(slot, last);
      last.sweepSlot(slot);
    }
    member.sweepSlot(-1);
  }

  private void sweep() {
    now = System.nanoTime();
    for (int i = members.size() - 1; i >= 0; i--) {
      if (i < members.size()) {
        members.get(i).sweep(now);
      }
    }
  }
}
