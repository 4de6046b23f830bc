package io.keymantle.control;

import java.time.Instant;

/// The wrong logins of one name, or of the whole home.
///
/// @param subject a keyed hash of the name that was typed; empty for the home
/// @param wrong how many in a row, since the last lock
/// @param locks how often it was locked in a row
/// @param lastAt when the last one was
/// @param lockedUntil when the last lock ends; before [#lastAt] when there is none
public record Attempts(String subject, int wrong, int locks, Instant lastAt, Instant lockedUntil) {
  static Attempts none(String subject) {
    return new Attempts(subject, 0, 0, Instant.EPOCH, Instant.EPOCH);
  }
}
