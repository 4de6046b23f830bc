package io.keymantle.control;

import io.keymantle.domain.ErrorCode;
import io.keymantle.domain.LedgerEvent;
import io.keymantle.domain.LedgerEvent.Phase;
import io.keymantle.domain.RefusedException;
import java.time.Clock;

/// Carries out state changes in the order that survives a crash: intent durable, effect, outcome
/// durable, reply. An intent without an outcome is closed as `unknown` at the next start.
final class Operations {
  private final AuditTrail trail;
  private final Clock clock;
  private final Ids ids;

  Operations(AuditTrail trail, Clock clock, Ids ids) {
    this.trail = trail;
    this.clock = clock;
    this.ids = ids;
  }

  Ids ids() {
    return ids;
  }

  Clock clock() {
    return clock;
  }

  void perform(Entry entry, Runnable effect) {
    perform(ids.operation(), entry, effect);
  }

  /// @throws RefusedException of the effect, after its outcome was recorded, or with
  ///   `ledger_unavailable`: before the effect when the intent could not be written, after it when
  ///   the outcome could not
  void perform(String operation, Entry entry, Runnable effect) {
    trail.appendAndAwait(entry.event(clock.instant(), Phase.INTENT, operation, "", ""));
    try {
      effect.run();
    } catch (RefusedException e) {
      trail.append(failure(operation, entry, e.problem().code()));
      throw e;
    } catch (RuntimeException e) {
      trail.append(failure(operation, entry, ErrorCode.INTERNAL));
      throw e;
    }
    trail.appendAndAwait(entry.event(clock.instant(), Phase.OUTCOME, operation, "ok", ""));
  }

  /// Records what needs no effect, and returns when it is durable.
  void factDurably(String operation, Entry entry, String result, String code) {
    trail.appendAndAwait(entry.event(clock.instant(), Phase.FACT, operation, result, code));
  }

  /// Records what needs no effect, without waiting: a later durable record makes it durable too.
  void fact(String operation, Entry entry, String result, String code) {
    trail.append(entry.event(clock.instant(), Phase.FACT, operation, result, code));
  }

  private LedgerEvent failure(String operation, Entry entry, ErrorCode code) {
    String result = code.category() == ErrorCode.Category.UNAVAILABLE ? "failed" : "refused";
    return entry.event(clock.instant(), Phase.OUTCOME, operation, result, code.text());
  }
}
