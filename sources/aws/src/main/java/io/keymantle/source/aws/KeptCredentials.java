package io.keymantle.source.aws;

import io.keymantle.source.spi.SourceException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

/// Credentials that are asked for once, kept until shortly before they expire, and asked for by one
/// caller while the others wait. Thread-safe.
final class KeptCredentials {
  /// Where credentials come from.
  interface Origin {
    AwsCredentials find() throws SourceException;
  }

  /// How long before their end they are renewed: longer than a request takes, and than clocks
  /// differ.
  private static final Duration EARLY = Duration.ofMinutes(2);

  private final Origin origin;
  private final Clock clock;
  private final ReentrantLock lock = new ReentrantLock();

  /// Guarded by the lock.
  private Optional<AwsCredentials> kept = Optional.empty();

  KeptCredentials(Origin origin, Clock clock) {
    this.origin = origin;
    this.clock = clock;
  }

  /// A copy, which the caller closes.
  AwsCredentials current() throws SourceException {
    lock.lock();
    try {
      if (kept.isEmpty() || isPast(kept.get(), EARLY)) {
        renew();
      }
      return kept.orElseThrow().copy();
    } finally {
      lock.unlock();
    }
  }

  private void renew() throws SourceException {
    try {
      AwsCredentials found = origin.find();
      kept.ifPresent(AwsCredentials::close);
      kept = Optional.of(found);
    } catch (SourceException e) {
      // Those that are still good for a moment serve until then.
      if (kept.isEmpty() || isPast(kept.get(), Duration.ZERO)) {
        throw e;
      }
    }
  }

  private boolean isPast(AwsCredentials credentials, Duration early) {
    Instant now = clock.instant();
    return credentials.expires().filter(end -> !now.plus(early).isBefore(end)).isPresent();
  }

  /// Forgets these, since AWS refuses them; others that came in the meantime stay.
  void drop(AwsCredentials refused) {
    lock.lock();
    try {
      if (kept.isPresent() && kept.get().accessKeyId().equals(refused.accessKeyId())) {
        kept.get().close();
        kept = Optional.empty();
      }
    } finally {
      lock.unlock();
    }
  }
}
