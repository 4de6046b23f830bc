package io.keymantle.server;

import io.keymantle.domain.LedgerEvent;
import java.time.Clock;
import java.util.Map;

/// Facts about the broker itself, for the ledger.
final class BrokerEvents {
  private BrokerEvents() {}

  static LedgerEvent fact(
      Clock clock, LedgerEvent.Kind kind, String actor, Map<String, String> detail) {
    return new LedgerEvent(
        clock.instant(),
        kind,
        LedgerEvent.Phase.FACT,
        "",
        actor,
        "",
        "",
        "",
        "",
        "",
        "ok",
        "",
        detail);
  }
}
