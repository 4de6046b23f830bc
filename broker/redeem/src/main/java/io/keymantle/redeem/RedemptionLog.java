package io.keymantle.redeem;

import io.keymantle.domain.LedgerEvent;
import io.keymantle.ledger.Completion;
import io.keymantle.ledger.Ledger;

/// The ledger, as redemptions write it: nothing here waits. Thread-safe.
public interface RedemptionLog {
  /// Appends an entry and tells when it is durable, or that it is not.
  void append(LedgerEvent event, Completion completion);

  /// Appends an entry without a report.
  void append(LedgerEvent event);

  /// Writes to the home's ledger.
  static RedemptionLog of(Ledger ledger) {
    return new RedemptionLog() {
      @Override
      public void append(LedgerEvent event, Completion completion) {
        ledger.append(event, completion);
      }

      @Override
      public void append(LedgerEvent event) {
        ledger.append(event);
      }
    };
  }
}
