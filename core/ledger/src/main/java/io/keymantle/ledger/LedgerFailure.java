package io.keymantle.ledger;

import io.keymantle.domain.ErrorCode;
import io.keymantle.domain.Problem;
import java.io.IOException;
import java.util.Locale;

/// Turns what went wrong with the disk into the problem that everybody sees.
final class LedgerFailure {
  private LedgerFailure() {}

  static Problem of(IOException cause) {
    String text = String.valueOf(cause.getMessage()).toLowerCase(Locale.ROOT);
    if (text.contains("no space left") || text.contains("quota exceeded")) {
      return stopped("the disk is full", "free space on the disk of the home");
    }
    if (text.contains("read-only")) {
      return stopped("the disk is read-only", "make the disk of the home writable");
    }
    if (text.contains("permission denied")
        || cause instanceof java.nio.file.AccessDeniedException) {
      return stopped("access to its files is denied", "give the home back to the broker's user");
    }
    return stopped("a write or sync failed", "check the disk of the home");
  }

  static Problem tooSlow(long seconds) {
    return stopped(
        "the disk did not confirm a write within " + seconds + " s", "check the disk of the home");
  }

  static Problem closed() {
    return new Problem(
        ErrorCode.LEDGER_UNAVAILABLE, "The ledger is closed", "start the broker: `keymantle up`");
  }

  static Problem busy() {
    return new Problem(
        ErrorCode.LEDGER_UNAVAILABLE,
        "More entries wait for the ledger's disk than are allowed",
        "try again; if it lasts, check the disk of the home");
  }

  private static Problem stopped(String why, String fix) {
    return new Problem(
        ErrorCode.LEDGER_UNAVAILABLE,
        "The ledger has stopped for good because " + why,
        fix + ", then `keymantle down` and `keymantle up`");
  }
}
