package io.keymantle.testkit;

import io.keymantle.control.AuditTrail;
import io.keymantle.domain.ErrorCode;
import io.keymantle.domain.LedgerEvent;
import io.keymantle.domain.LedgerEvent.Phase;
import io.keymantle.domain.Problem;
import io.keymantle.domain.RefusedException;
import io.keymantle.ledger.Completion;
import io.keymantle.redeem.RedemptionLog;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/// A ledger in memory that tells what was recorded. [#failingFor] makes it stop as a full disk
/// does; [#holding] keeps completions back until [#release]. Thread-safe.
public final class MemoryLedger implements AuditTrail, RedemptionLog {
  private static final Problem STOPPED =
      new Problem(ErrorCode.LEDGER_UNAVAILABLE, "the ledger cannot be written", "free some disk");

  private final List<LedgerEvent> events = new ArrayList<>();
  private final List<Runnable> held = new ArrayList<>();
  private Predicate<LedgerEvent> fails = _ -> false;
  private boolean holding;

  /// Entries that the predicate selects cannot be written from now on.
  public synchronized void failingFor(Predicate<LedgerEvent> selected) {
    fails = selected;
  }

  /// Completions wait for [#release] from now on.
  public synchronized void holding() {
    holding = true;
  }

  /// Runs the completions that were held back, and holds none back any more.
  public void release() {
    List<Runnable> ready;
    synchronized (this) {
      holding = false;
      ready = List.copyOf(held);
      held.clear();
    }
    ready.forEach(Runnable::run);
  }

  /// Everything recorded so far, in order.
  public synchronized List<LedgerEvent> events() {
    return List.copyOf(events);
  }

  /// Everything recorded so far of one kind and phase, in order.
  public List<LedgerEvent> events(LedgerEvent.Kind kind, Phase phase) {
    return events().stream()
        .filter(event -> event.kind() == kind && event.phase() == phase)
        .toList();
  }

  @Override
  public synchronized void appendAndAwait(LedgerEvent event) {
    if (fails.test(event)) {
      throw new RefusedException(STOPPED);
    }
    events.add(event);
  }

  @Override
  public synchronized void append(LedgerEvent event) {
    if (!fails.test(event)) {
      events.add(event);
    }
  }

  @Override
  public void append(LedgerEvent event, Completion completion) {
    Runnable report;
    synchronized (this) {
      if (fails.test(event)) {
        report = () -> completion.failed(STOPPED);
      } else {
        events.add(event);
        long index = events.size() - 1L;
        report = () -> completion.durable(index);
      }
      if (holding) {
        held.add(() -> completion.executor().execute(report));
        return;
      }
    }
    completion.executor().execute(report);
  }

  @Override
  public synchronized List<LedgerEvent> unfinished() {
    Map<String, LedgerEvent> open = new LinkedHashMap<>();
    for (LedgerEvent event : events) {
      switch (event.phase()) {
        case INTENT -> open.put(event.operation(), event);
        case OUTCOME -> open.remove(event.operation());
        case FACT -> {}
      }
    }
    return List.copyOf(open.values());
  }
}
