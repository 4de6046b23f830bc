package io.keymantle.redeem;

import io.keymantle.domain.LedgerEvent;
import io.keymantle.ledger.Completion;
import io.keymantle.ledger.Ledger;
import java.util.concurrent.Executor;
import java.util.function.BooleanSupplier;

/// The ledger, as redemptions write it: nothing here waits. Thread-safe.
public interface RedemptionLog {
  /// Appends an entry and tells when it is durable, or that it is not.
  void append(LedgerEvent event, Completion completion);

  /// Appends an entry without a report.
  void append(LedgerEvent event);

  /// An executor for the completions of one event loop, of which an append expects no other thread
  /// where the log can do without.
  ///
  /// @param here whether the current thread is the loop's
  default Executor loop(Executor loop, BooleanSupplier here) {
    return loop;
  }

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

      @Override
      public Executor loop(Executor loop, BooleanSupplier here) {
        return ledger.commitLoop(loop, here);
      }
    };
  }
}
