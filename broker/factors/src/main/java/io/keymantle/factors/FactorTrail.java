package io.keymantle.factors;

import io.keymantle.control.Actor;
import io.keymantle.control.AuditTrail;
import io.keymantle.domain.ErrorCode;
import io.keymantle.domain.LedgerEvent;
import io.keymantle.domain.LedgerEvent.Kind;
import io.keymantle.domain.LedgerEvent.Phase;
import io.keymantle.domain.PersonName;
import io.keymantle.domain.RefusedException;
import java.time.Clock;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/// What the ledger is told of factors. Never a code, a seed or a key.
final class FactorTrail {
  private static final String BASE36 = "abcdefghijklmnopqrstuvwxyz0123456789";
  private static final int OPERATION_LENGTH = 16;

  private final AuditTrail ledger;
  private final Clock clock;
  private final RandomGenerator random;

  FactorTrail(AuditTrail ledger, Clock clock, RandomGenerator random) {
    this.ledger = ledger;
    this.clock = clock;
    this.random = random;
  }

  /// Records a try, and returns when it is durable: accepted and refused take the same time.
  ///
  /// @param purpose what it was for
  void tried(PersonName person, GateName gate, Outcome outcome, String purpose) {
    boolean accepted = outcome == Outcome.ACCEPT;
    Map<String, String> detail =
        Map.of(
            "verb",
            "use",
            "factor",
            gate.toString(),
            "outcome",
            outcome.toString(),
            "purpose",
            purpose);
    ledger.appendAndAwait(
        event(
            operation(),
            Phase.FACT,
            "person:" + person,
            detail,
            accepted ? "ok" : "refused",
            accepted ? "" : ErrorCode.FACTOR_REFUSED.text()));
  }

  /// Records a try by nobody who is known, without waiting.
  void triedByUnknown(String purpose) {
    Map<String, String> detail =
        Map.of("verb", "use", "factor", GateName.PASSKEY.toString(), "purpose", purpose);
    ledger.append(
        event(
            operation(),
            Phase.FACT,
            new Actor.Broker().toString(),
            detail,
            "refused",
            ErrorCode.FACTOR_REFUSED.text()));
  }

  /// Carries out a change: intent durable, effect, outcome durable.
  <T> T perform(
      Actor actor,
      PersonName person,
      GateName factor,
      String verb,
      Map<String, String> more,
      Supplier<T> effect) {
    Map<String, String> detail = new TreeMap<>(more);
    detail.putAll(Map.of("verb", verb, "factor", factor.toString(), "person", person.toString()));
    String operation = operation();
    String by = actor.toString();
    ledger.appendAndAwait(event(operation, Phase.INTENT, by, detail, "", ""));
    T result;
    try {
      result = effect.get();
    } catch (RefusedException e) {
      ErrorCode code = e.problem().code();
      String ended = code.category() == ErrorCode.Category.UNAVAILABLE ? "failed" : "refused";
      ledger.append(event(operation, Phase.OUTCOME, by, detail, ended, code.text()));
      throw e;
    }
    ledger.appendAndAwait(event(operation, Phase.OUTCOME, by, detail, "ok", ""));
    return result;
  }

  private String operation() {
    StringBuilder text = new StringBuilder(OPERATION_LENGTH);
    for (int i = 0; i < OPERATION_LENGTH; i++) {
      text.append(BASE36.charAt(random.nextInt(BASE36.length())));
    }
    return text.toString();
  }

  private LedgerEvent event(
      String operation,
      Phase phase,
      String actor,
      Map<String, String> detail,
      String result,
      String code) {
    return new LedgerEvent(
        clock.instant(),
        Kind.FACTOR,
        phase,
        operation,
        actor,
        "",
        "",
        "",
        "",
        "",
        result,
        code,
        detail);
  }
}
