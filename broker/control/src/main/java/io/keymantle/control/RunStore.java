package io.keymantle.control;

import java.time.Instant;
import java.util.List;

/// Keeps runs that have not ended. Every method is one atomic and durable statement; thread-safe;
/// failures are `store_unavailable`.
public interface RunStore {
  /// Runs that were started and not ended, expired ones too.
  List<Run> all();

  void start(Run run);

  /// Deletes the run and marks its live grants as revoked. Nothing happens when there is none.
  void end(String id, Instant at);
}
