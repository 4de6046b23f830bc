package io.keymantle.factors;

import java.time.Duration;
import java.time.Instant;

/// Counts the tries of one factor of one person, and closes after wrong ones.
///
/// Five wrong in a row close it for 15 minutes, five more for twice as long, and so on up to a day;
/// a hundred in a row disable it. With two of a million codes right at any time, 100 tries succeed
/// with a chance of 2 in 10,000 (NIST SP 800-63B §5.2.2 caps consecutive failures at 100).
///
/// @param tries all there ever were; it changes with each, so that no try is cheaper for the store
///   than another
/// @param failures wrong tries since the last right one
/// @param lockedUntil when the last lock ends
public record Gate(long tries, int failures, Instant lockedUntil) {
  /// Wrong tries in a row before each lock.
  public static final int FAILURES_PER_LOCK = 5;

  /// Wrong tries in a row that disable.
  public static final int FAILURES_MOST = 100;

  /// The first lock.
  public static final Duration FIRST_LOCK = Duration.ofMinutes(15);

  /// No lock is longer.
  public static final Duration LONGEST_LOCK = Duration.ofHours(24);

  /// Of a factor that was never tried.
  public static final Gate NEW = new Gate(0, 0, Instant.EPOCH);

  public boolean disabled() {
    return failures >= FAILURES_MOST;
  }

  public boolean closedAt(Instant now) {
    return disabled() || now.isBefore(lockedUntil);
  }

  /// The gate after a try. A right code that has counted before is no guess, so it is not counted
  /// as one: who sends a form twice is not locked out.
  public Gate after(Outcome outcome, Instant now) {
    return switch (outcome) {
      case ACCEPT -> new Gate(tries + 1, 0, Instant.EPOCH);
      case INVALID, CLONED -> afterFailure(now);
      case REPLAY, LOCKED -> new Gate(tries + 1, failures, lockedUntil);
    };
  }

  private Gate afterFailure(Instant now) {
    int inARow = failures + 1;
    boolean locks = inARow % FAILURES_PER_LOCK == 0;
    return new Gate(tries + 1, inARow, locks ? now.plus(lock(inARow)) : lockedUntil);
  }

  private static Duration lock(int failures) {
    // Doubling stops mattering after seven locks; the shift stays within a long.
    int earlier = Math.min(failures / FAILURES_PER_LOCK - 1, 10);
    Duration doubled = FIRST_LOCK.multipliedBy(1L << earlier);
    return doubled.compareTo(LONGEST_LOCK) < 0 ? doubled : LONGEST_LOCK;
  }
}
