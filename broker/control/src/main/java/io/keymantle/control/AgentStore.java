package io.keymantle.control;

import io.keymantle.domain.AgentName;
import java.time.Instant;
import java.util.List;

/// Keeps agents. Every method is one atomic and durable statement; thread-safe; failures are
/// `store_unavailable`.
public interface AgentStore {
  /// All agents, revoked ones too, by name.
  List<StoredAgent> all();

  /// Adds an agent. A revoked agent of the same name is replaced.
  ///
  /// @throws io.keymantle.domain.RefusedException with `already_exists` when one of this name is
  ///   not revoked
  void add(StoredAgent agent);

  /// Marks the agent as revoked, ends its runs, and marks its live grants as revoked.
  ///
  /// @throws io.keymantle.domain.RefusedException with `not_found` when there is none, or it is
  ///   revoked already
  void revoke(AgentName name, Instant at);
}
