package io.keymantle.control;

import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/// One bearer token of a service, without the token. After a rotation a service has two for a time.
///
/// @param name of the service
/// @param hash of the token
/// @param scopes what it is for
/// @param expiresAt when it ends by itself; a rotation brings that forward
/// @param rotateEvery after what time a new one is due
public record StoredToken(
    String name,
    TokenHash hash,
    Set<String> scopes,
    Instant createdAt,
    Optional<Instant> expiresAt,
    Optional<Duration> rotateEvery) {
  public StoredToken {
    scopes = Collections.unmodifiableSet(new TreeSet<>(scopes));
  }

  /// Whether it counts at a moment.
  public boolean isValid(Instant now) {
    return expiresAt.filter(end -> !now.isBefore(end)).isEmpty();
  }

  /// Whether a new one is due.
  public boolean isDue(Instant now) {
    return rotateEvery.filter(every -> !now.isBefore(createdAt.plus(every))).isPresent();
  }

  StoredToken endingAt(Instant end) {
    Instant earlier = expiresAt.filter(end::isAfter).orElse(end);
    return new StoredToken(name, hash, scopes, createdAt, Optional.of(earlier), rotateEvery);
  }

  /// The newest of each service, in their order.
  static List<StoredToken> newest(List<StoredToken> tokens) {
    return tokens.stream()
        .filter(each ->
            tokens.stream()
                .noneMatch(other ->
                    other.name().equals(each.name())
                        && other.createdAt().isAfter(each.createdAt())))
        .toList();
  }
}
