package io.keymantle.control;

import io.keymantle.domain.LedgerEvent;
import io.keymantle.ledger.Ledger;
import java.util.List;

/// The home's [Ledger] as an [AuditTrail].
public record LedgerTrail(Ledger ledger) implements AuditTrail {
  @Override
  public void appendAndAwait(LedgerEvent event) {
    ledger.appendAndAwait(event);
  }

  @Override
  public void append(LedgerEvent event) {
    ledger.append(event);
  }

  @Override
  public List<LedgerEvent> unfinished() {
    return ledger.unfinishedOperations();
  }
}
