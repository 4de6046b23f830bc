package io.keymantle.ledger;

import io.keymantle.domain.RefusedException;
import java.nio.file.Path;

/// A ledger on the real disk in a process of its own, for [LedgerFaultSuite]: says on standard
/// output what was acknowledged and what was refused, in order. Never tries an entry again.
public final class FaultedLedger {
  static final String DURABLE = "durable ";
  static final String REFUSED = "refused ";
  static final String CLOSED = "closed";

  /// Small, so that segments follow each other and tiles are written while a fault may come.
  private static final int JOURNAL_BYTES = 8 * 1024;

  private static final int PER_CHECKPOINT = 15;

  private FaultedLedger() {}

  static LedgerConfiguration configuration(Path directory) {
    return Events.configuration(directory, JOURNAL_BYTES);
  }

  /// Arguments: the directory, and how many entries to append.
  public static void main(String[] arguments) {
    int entries = Integer.parseInt(arguments[1]);
    try (Ledger ledger = Ledger.open(configuration(Path.of(arguments[0])))) {
      for (int i = 0; i < entries; i++) {
        append(ledger, "op-" + i);
        if (i % PER_CHECKPOINT == PER_CHECKPOINT - 1) {
          ledger.checkpoint();
        }
      }
    } catch (RefusedException e) {
      System.out.println(REFUSED + "open " + e.getMessage());
    }
    System.out.println(CLOSED);
  }

  private static void append(Ledger ledger, String operation) {
    try {
      ledger.appendAndAwait(Events.intent(operation));
      System.out.println(DURABLE + operation);
    } catch (RefusedException e) {
      System.out.println(REFUSED + operation + " " + e.getMessage());
    }
  }
}
