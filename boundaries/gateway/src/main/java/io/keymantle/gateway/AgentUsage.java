package io.keymantle.gateway;

import java.time.Duration;

/// What one agent has open and has lately done, against its limits. Thread-safe.
final class AgentUsage {
  private static final long MINUTE = Duration.ofMinutes(1).toNanos();
  private static final long SECOND = Duration.ofSeconds(1).toNanos();

  private final GatewayLimits limits;
  private final boolean enforced;
  private int connections;
  private int inFlight;
  private long held;
  private long budget;
  private long budgetAt;
  private int hits;
  private long hitsSince;

  AgentUsage(GatewayLimits limits, boolean enforced, long now) {
    this.limits = limits;
    this.enforced = enforced;
    this.budget = limits.requestsPerSecondPerAgent() * SECOND;
    this.budgetAt = now;
    this.hitsSince = now;
  }

  /// Counts a connection, or refuses it; each success is undone by [#closed].
  synchronized boolean opened() {
    if (enforced && connections >= limits.connectionsPerAgent()) {
      return false;
    }
    connections++;
    return true;
  }

  synchronized void closed() {
    connections--;
  }

  /// Counts a request, or refuses it; each success is undone by [#ended].
  ///
  /// @param now nanoseconds of a monotonic clock
  synchronized boolean started(long now) {
    if (enforced && (inFlight >= limits.inFlightPerAgent() || !withinRate(now))) {
      return false;
    }
    inFlight++;
    return true;
  }

  private boolean withinRate(long now) {
    long rate = limits.requestsPerSecondPerAgent();
    if (rate == 0) {
      return true;
    }
    long gained = Math.min(now - budgetAt, SECOND) * rate;
    budget = Math.min(budget + gained, rate * SECOND);
    budgetAt = now;
    if (budget < SECOND) {
      return false;
    }
    budget -= SECOND;
    return true;
  }

  synchronized void ended() {
    inFlight--;
  }

  /// Counts bytes of bodies that cannot go on yet, or refuses them; each success is undone by
  /// [#letGo].
  synchronized boolean hold(int bytes) {
    if (enforced && held + bytes > limits.heldPerAgent()) {
      return false;
    }
    held += bytes;
    return true;
  }

  synchronized void letGo(long bytes) {
    held -= bytes;
  }

  /// Counts a masked value. False when the agent has had too many in this minute: the reply must
  /// not go on.
  ///
  /// @param now nanoseconds of a monotonic clock
  synchronized boolean hit(long now) {
    if (now - hitsSince >= MINUTE) {
      hitsSince = now;
      hits = 0;
    }
    hits = Math.min(hits + 1, Integer.MAX_VALUE - 1);
    return !enforced || hits <= limits.redactionHitsPerMinute();
  }
}
