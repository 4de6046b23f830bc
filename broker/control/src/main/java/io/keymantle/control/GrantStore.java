package io.keymantle.control;

import io.keymantle.domain.GrantId;
import java.time.Instant;
import java.util.List;

/// Keeps grants. Every method is one atomic and durable statement; thread-safe; failures are
/// `store_unavailable`. Nothing here is on the hot path but [#consumeUse], and that only for grants
/// with a limited number of uses.
public interface GrantStore {
  /// All grants that were not purged, ended ones too, oldest first.
  List<StoredGrant> all();

  /// Adds a grant with no uses yet.
  void issue(StoredGrant grant);

  /// Marks the selected grants as revoked, those that are not revoked yet and expire after `at`.
  ///
  /// @return the grants that this call revoked
  List<GrantId> revoke(GrantSelector selector, Instant at);

  /// Takes one use of a grant with a limit, if it is not revoked, expires after `now` and has one
  /// left.
  ///
  /// @return false when it has not
  boolean consumeUse(GrantId id, Instant now);

  /// Deletes grants that expired or were revoked before the moment.
  ///
  /// @return how many
  int purge(Instant endedBefore);
}
