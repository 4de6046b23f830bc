package io.keymantle.control;

import io.keymantle.domain.ErrorCode;
import io.keymantle.domain.RefusedException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/// Slows the guessing of passwords. Thread-safe.
///
/// Guarantees: after 5 wrong passwords in a row for a name, whether there is such a person or not,
/// none is looked at for 15 minutes, then for twice as long each time, up to a day; after 25 wrong
/// ones in a home for whatever names, with no pause of 15 minutes between them, likewise for all
/// names. An attempt is counted, durably, before its password is looked at, so that attempts at the
/// same time are no way around. The answer is the same for every name.
///
/// Not guaranteed: that nobody is kept out. Who can reach the log-in can lock it; running sessions
/// and passkeys are not touched by that.
final class Lockouts {
  private static final String HOME = "";
  private static final int NAME_LIMIT = 5;
  private static final int HOME_LIMIT = 25;
  private static final Duration FIRST = Duration.ofMinutes(15);
  private static final Duration LONGEST = Duration.ofDays(1);

  /// More names than anybody can try between two locks of the home.
  private static final int REMEMBERED = 1000;

  private final PersonStore store;
  private final Clock clock;
  private final Map<String, Attempts> attempts = new HashMap<>();

  private Lockouts(PersonStore store, Clock clock) {
    this.store = store;
    this.clock = clock;
  }

  /// An attempt that counts as wrong until it is known to be right.
  ///
  /// @param name what was before it
  /// @param home what was before it
  /// @param counted the home's with it
  record Attempt(Attempts name, Attempts home, Attempts counted) {}

  static Lockouts load(PersonStore store, Clock clock) {
    Lockouts loaded = new Lockouts(store, clock);
    store.attempts().forEach(each -> loaded.attempts.put(each.subject(), each));
    return loaded;
  }

  /// Counts an attempt.
  ///
  /// @throws RefusedException with `rate_limited` while the name or the home is locked
  synchronized Attempt begin(String name) {
    Instant now = clock.instant();
    Attempts ofName = attempts.getOrDefault(name, Attempts.none(name));
    Attempts ofHome = attempts.getOrDefault(HOME, Attempts.none(HOME));
    if (now.isBefore(ofName.lockedUntil()) || now.isBefore(ofHome.lockedUntil())) {
      throw RefusedException.of(
          ErrorCode.RATE_LIMITED,
          "there were too many wrong log-ins",
          "wait, 15 minutes at first; an owner sees until when with: keymantle person list");
    }
    boolean quiet = !now.isBefore(ofHome.lastAt().plus(FIRST));
    remember(next(ofName, now, NAME_LIMIT, ofName.wrong()));
    Attempts counted = next(ofHome, now, HOME_LIMIT, quiet ? 0 : ofHome.wrong());
    remember(counted);
    return new Attempt(ofName, ofHome, counted);
  }

  private static Attempts next(Attempts before, Instant now, int limit, int wrongBefore) {
    // A day without a wrong one after the last lock: the next lock is short again.
    boolean forgiven = now.isAfter(before.lockedUntil().plus(LONGEST));
    int locks = forgiven ? 0 : before.locks();
    int wrong = wrongBefore + 1;
    if (wrong < limit) {
      return new Attempts(before.subject(), wrong, locks, now, before.lockedUntil());
    }
    Duration doubled = FIRST.multipliedBy(1L << Math.min(locks, 10));
    Duration pause = doubled.compareTo(LONGEST) > 0 ? LONGEST : doubled;
    return new Attempts(before.subject(), 0, locks + 1, now, now.plus(pause));
  }

  /// The attempt was right: the name starts anew, and for the home it was none.
  synchronized void succeeded(Attempt attempt) {
    attempts.remove(attempt.name().subject());
    store.forgetAttempts(attempt.name().subject());
    undoHome(attempt);
  }

  /// The password was not looked at, or was right and something else is missing.
  synchronized void undo(Attempt attempt) {
    remember(attempt.name());
    undoHome(attempt);
  }

  private void undoHome(Attempt attempt) {
    // Others who tried meanwhile keep their count, and this one is left in it.
    if (attempt.counted().equals(attempts.get(HOME))) {
      remember(attempt.home());
    }
  }

  /// When the name's lock ends, if it has one now.
  synchronized Optional<Instant> lockedUntil(String name) {
    Attempts found = attempts.get(name);
    return found != null && clock.instant().isBefore(found.lockedUntil())
        ? Optional.of(found.lockedUntil())
        : Optional.empty();
  }

  /// As when an owner gives a person a new start.
  synchronized void forget(String name) {
    attempts.remove(name);
    store.forgetAttempts(name);
  }

  private void remember(Attempts changed) {
    store.put(changed);
    attempts.put(changed.subject(), changed);
    if (attempts.size() > REMEMBERED) {
      attempts.values().stream()
          .filter(each -> !each.subject().equals(HOME))
          .min(Comparator.comparing(Attempts::lastAt))
          .map(Attempts::subject)
          .ifPresent(this::forget);
    }
  }
}
