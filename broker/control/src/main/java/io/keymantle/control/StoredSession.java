package io.keymantle.control;

import io.keymantle.domain.PersonName;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/// A person's session as it is kept: under the keyed hash of its token.
///
/// @param account whose it is; empty for the owner of a home without accounts
public record StoredSession(
    TokenHash token,
    Optional<PersonName> account,
    SessionKind kind,
    Instant createdAt,
    Instant lastUsedAt) {
  /// How far a clock may go back, as time servers make it, before sessions of the future end.
  private static final Duration CLOCK_STEP = Duration.ofMinutes(1);

  /// When it ends, however much it is used.
  public Instant expiresAt() {
    return createdAt.plus(kind.lifetime());
  }

  /// A clock that was set back would prolong it, so then it has ended.
  boolean isLive(Instant now) {
    return now.isBefore(expiresAt())
        && now.isBefore(lastUsedAt.plus(kind.idle()))
        && !now.isBefore(lastUsedAt.minus(CLOCK_STEP));
  }

  StoredSession usedAt(Instant now) {
    return new StoredSession(token, account, kind, createdAt, now);
  }
}
