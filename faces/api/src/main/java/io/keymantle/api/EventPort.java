package io.keymantle.api;

import java.time.Duration;
import java.util.Optional;

/// What live pages are told of. Thread-safe.
public interface EventPort {
  /// Begins to listen: what happens from now on is told.
  ///
  /// @throws io.keymantle.domain.RefusedException with `too_many_connections`
  Listening listen();

  /// One thing that happened: that something changed, and which; a page asks for the thing itself,
  /// where its person may see it.
  ///
  /// @param name such as `approval`, `grant`, `credential`
  /// @param id of the thing
  record Event(String name, String id) {
    /// Told instead of events that a slow listener has missed: everything may have changed.
    public static final Event MISSED = new Event("missed", "");
  }

  /// One listener's events. For one thread.
  interface Listening extends AutoCloseable {
    /// The next event, waited for at most so long; empty when there was none.
    Optional<Event> next(Duration atMost) throws InterruptedException;

    @Override
    void close();
  }
}
