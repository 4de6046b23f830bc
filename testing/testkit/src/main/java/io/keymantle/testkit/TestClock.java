package io.keymantle.testkit;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;

/// A clock that stands until it is moved. Thread-safe.
public final class TestClock extends Clock {
  /// Where it starts: a moment without a fraction of a second.
  public static final Instant START = Instant.parse("2026-11-21T08:00:00Z");

  private volatile Instant now = START;

  public synchronized void advance(Duration by) {
    now = now.plus(by);
  }

  @Override
  public Instant instant() {
    return now;
  }

  @Override
  public ZoneId getZone() {
    return ZoneOffset.UTC;
  }

  @Override
  public Clock withZone(ZoneId zone) {
    throw new UnsupportedOperationException("nothing here depends on a zone");
  }
}
