package io.keymantle.files;

import io.keymantle.control.Actor;
import io.keymantle.control.AuditTrail;
import io.keymantle.domain.LedgerEvent;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/// Writes changes of files to the ledger: intent durable before the file is touched, outcome after.
final class ChangeTrail {
  /// Paths in one entry; the number of all is there too.
  private static final int PATHS = 20;

  private static final String ALPHABET = "abcdefghijklmnopqrstuvwxyz0123456789";
  private static final int OPERATION_LENGTH = 16;

  private final AuditTrail ledger;
  private final Clock clock;
  private final RandomGenerator random;

  ChangeTrail(AuditTrail ledger, Clock clock, RandomGenerator random) {
    this.ledger = ledger;
    this.clock = clock;
    this.random = random;
  }

  /// Records a change around its effect.
  ///
  /// @param effect returns whether the file was written
  boolean around(Actor.Person person, String file, List<String> changes, Supplier<Boolean> effect) {
    Map<String, String> detail = new HashMap<>();
    detail.put("event", "openclaw.json saved");
    detail.put("file", file);
    detail.put("fields", Integer.toString(changes.size()));
    detail.put("paths", String.join(", ", changes.subList(0, Math.min(PATHS, changes.size()))));
    String operation = operation();
    ledger.appendAndAwait(event(person, LedgerEvent.Phase.INTENT, operation, "", "", detail));
    String result = "failed";
    String code = "store_unavailable";
    try {
      boolean written = effect.get();
      result = written ? "ok" : "refused";
      code = written ? "" : "conflict";
      return written;
    } finally {
      ledger.append(event(person, LedgerEvent.Phase.OUTCOME, operation, result, code, detail));
    }
  }

  private LedgerEvent event(
      Actor.Person person,
      LedgerEvent.Phase phase,
      String operation,
      String result,
      String code,
      Map<String, String> detail) {
    return new LedgerEvent(
        clock.instant(),
        LedgerEvent.Kind.CONFIGURATION,
        phase,
        operation,
        person.toString(),
        "",
        "",
        "",
        "",
        "",
        result,
        code,
        detail);
  }

  private String operation() {
    StringBuilder operation = new StringBuilder(OPERATION_LENGTH);
    while (operation.length() < OPERATION_LENGTH) {
      operation.append(ALPHABET.charAt(random.nextInt(ALPHABET.length())));
    }
    return operation.toString();
  }
}
