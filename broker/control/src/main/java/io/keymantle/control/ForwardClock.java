package io.keymantle.control;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/// A clock that a step of the system's cannot turn back: deadlines are neither prolonged nor
/// revived by one. It goes on by the monotonic clock when the system's is behind, and with the
/// system's when that is ahead, as after a sleep. Thread-safe.
///
/// TOTP codes are not judged by it: they need the time of day as the person's device has it.
public final class ForwardClock extends Clock {
  private final Clock wall;
  private final LongSupplier nanoTime;

  /// The largest lead of the wall clock over the monotonic one that was ever seen, in nanoseconds.
  private final AtomicLong lead;

  /// @param nanoTime as [System#nanoTime]
  /// @param notBefore a moment that is known to have been, such as that of the ledger's last entry
  public ForwardClock(Clock wall, LongSupplier nanoTime, Instant notBefore) {
    this.wall = wall;
    this.nanoTime = nanoTime;
    this.lead = new AtomicLong(nanos(notBefore) - nanoTime.getAsLong());
  }

  @Override
  public Instant instant() {
    long nanos = now();
    return Instant.ofEpochSecond(
        Math.floorDiv(nanos, TimeUnit.SECONDS.toNanos(1)),
        Math.floorMod(nanos, TimeUnit.SECONDS.toNanos(1)));
  }

  @Override
  public long millis() {
    return TimeUnit.NANOSECONDS.toMillis(now());
  }

  private long now() {
    long steady = nanoTime.getAsLong();
    long leads = nanos(wall.instant()) - steady;
    long most = lead.get();
    if (leads > most) {
      most = lead.accumulateAndGet(leads, Math::max);
    }
    return steady + most;
  }

  private static long nanos(Instant instant) {
    return TimeUnit.SECONDS.toNanos(instant.getEpochSecond()) + instant.getNano();
  }

  @Override
  public ZoneId getZone() {
    return ZoneOffset.UTC;
  }

  @Override
  public Clock withZone(ZoneId zone) {
    throw new UnsupportedOperationException("moments have no zone here");
  }
}
