package io.keymantle.control;

import java.time.Instant;
import java.util.List;

/// Keeps approvals. Thread-safe; each method is one transaction, durable when it returns. Failures
/// of the disk or the database are `store_unavailable`.
public interface ApprovalStore {
  /// All that were not purged, oldest first.
  List<Approval> all();

  /// Keeps a new one.
  void add(Approval approval);

  /// Replaces the version before.
  ///
  /// @return false when another version is there by now, and nothing was changed
  boolean replace(Approval approval);

  /// Forgets those that ended before a moment.
  void purge(Instant endedBefore);
}
