package io.keymantle.control;

import io.keymantle.domain.LedgerEvent;
import java.util.List;

/// The ledger, as the services of this room use it. Thread-safe.
public interface AuditTrail {
  /// Appends an entry and returns when it is durable.
  ///
  /// @throws io.keymantle.domain.RefusedException with `ledger_unavailable`; the entry may or may
  ///   not have reached the disk, and nothing must be done on its strength
  void appendAndAwait(LedgerEvent event);

  /// Appends an entry without waiting.
  void append(LedgerEvent event);

  /// Intents that have no outcome, oldest first.
  List<LedgerEvent> unfinished();
}
