package io.keymantle.source.http;

import io.keymantle.source.spi.SourceException;
import io.keymantle.source.spi.SourceException.Reason;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

/// A token that is asked for once, kept until shortly before it expires, and asked for by one
/// caller while the others wait. Thread-safe.
public final class KeptToken {
  /// Where tokens come from.
  public interface Origin {
    /// Logs in.
    AccessToken find() throws SourceException;
  }

  /// What is done with a token.
  public interface Sending {
    /// The caller closes the reply.
    ProviderReply with(AccessToken token) throws SourceException;
  }

  /// How long before its end it is renewed: longer than a request takes, and than clocks differ.
  private static final Duration EARLY = Duration.ofMinutes(2);

  private final Origin origin;
  private final InstantSource clock;
  private final ReentrantLock lock = new ReentrantLock();

  /// Guarded by the lock.
  private Optional<AccessToken> kept = Optional.empty();

  public KeptToken(Origin origin, InstantSource clock) {
    this.origin = origin;
    this.clock = clock;
  }

  /// Sends with the token; when that is answered by 401, once more with another. The caller closes
  /// the reply, which may be a 401 again.
  public ProviderReply send(Sending sending) throws SourceException {
    try (AccessToken first = current()) {
      ProviderReply reply = sending.with(first);
      if (reply.status() != 401) {
        return reply;
      }
      reply.close();
      drop(first);
    }
    try (AccessToken second = current()) {
      ProviderReply reply = sending.with(second);
      if (reply.status() == 401) {
        drop(second);
      }
      return reply;
    }
  }

  /// A copy, which the caller closes.
  private AccessToken current() throws SourceException {
    try {
      lock.lockInterruptibly();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new SourceException(Reason.TIMEOUT, "the login took too long", "try again");
    }
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
      AccessToken found = origin.find();
      kept.ifPresent(AccessToken::close);
      kept = Optional.of(found);
    } catch (SourceException e) {
      // One that is still good for a moment serves until then.
      if (kept.isEmpty() || isPast(kept.get(), Duration.ZERO)) {
        throw e;
      }
    }
  }

  private boolean isPast(AccessToken token, Duration early) {
    Instant now = clock.instant();
    return !now.plus(early).isBefore(token.expires());
  }

  /// Forgets this one, since it is refused; another that came in the meantime stays.
  private void drop(AccessToken refused) {
    lock.lock();
    try {
      if (kept.isPresent() && kept.get().isSame(refused)) {
        kept.get().close();
        kept = Optional.empty();
      }
    } finally {
      lock.unlock();
    }
  }
}
