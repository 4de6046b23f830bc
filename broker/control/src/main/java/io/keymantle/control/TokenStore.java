package io.keymantle.control;

import java.time.Instant;
import java.util.List;

/// Keeps the tokens of services. Every method is one atomic and durable statement; thread-safe;
/// failures are `store_unavailable`.
public interface TokenStore {
  /// All of them, by name and then by age.
  List<StoredToken> all();

  /// Keeps a new token, and puts changed ones in the place of those with the same hash.
  void put(List<StoredToken> tokens);

  /// Forgets all of a service.
  void remove(String name);

  /// Forgets those that ended before a moment.
  void purge(Instant endedBefore);
}
