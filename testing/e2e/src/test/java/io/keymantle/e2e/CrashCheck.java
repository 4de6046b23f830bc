package io.keymantle.e2e;

import io.keymantle.e2e.CrashWorker.Held;
import io.keymantle.e2e.CrashWorker.Stored;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/// Compares a restarted broker with what was acknowledged before the kill, and settles what was
/// under way then to what the broker says.
final class CrashCheck {
  /// How many ended grants of each worker are tried through the gateway.
  private static final int TRIED = 3;

  private static final long ABSENT = -1;

  private final KillableBroker broker;
  private final ValueRecorder upstream;
  private final CrashReport report;
  private final Set<String> everEnded = new HashSet<>();
  private LedgerFacts before;

  /// Starts from what the ledger holds now.
  CrashCheck(KillableBroker broker, ValueRecorder upstream, CrashReport report) throws IOException {
    this.broker = broker;
    this.upstream = upstream;
    this.report = report;
    this.before = LedgerFacts.read(broker, 0);
  }

  void check(List<CrashWorker> workers) throws IOException {
    Set<String> usedPaths = upstream.drain().keySet();
    LedgerFacts ledger = LedgerFacts.read(broker, before.next());
    report.check(ledger.hasStart(), "the ledger has no start of the broker");
    report.check(ledger.unfinished().isEmpty(), "intents were left open: " + ledger.unfinished());
    for (String path : usedPaths) {
      // A request may have reached the service after the last look at what it received.
      report.check(
          ledger.has("redemption " + path) || before.has("redemption " + path),
          "a value was used at " + path + " without a record");
    }
    Map<String, Long> versions = new HashMap<>();
    for (JsonNode each : broker.must("GET", "/v1/credentials", "").get("credentials")) {
      versions.put(each.get("name").stringValue(), each.get("valueVersion").longValue());
    }
    Set<String> live = new HashSet<>();
    for (JsonNode each : broker.must("GET", "/v1/grants?live=true", "").get("grants")) {
      live.add(each.get("grant").stringValue());
    }
    for (CrashWorker worker : workers) {
      facts(worker, ledger);
      List<Stored> kept = new ArrayList<>(worker.credentials.values());
      for (Stored stored : kept) {
        credential(worker, stored, versions.getOrDefault(stored.name, ABSENT));
        versions.remove(stored.name);
      }
      kept.forEach(stored -> grants(worker, stored, live, ledger));
    }
    report.check(versions.isEmpty(), "removed credentials are there again: " + versions.keySet());
    ended(workers, live);
    strangers(workers, live, ledger);
    before = ledger;
    for (CrashWorker worker : workers) {
      use(worker);
    }
  }

  private void facts(CrashWorker worker, LedgerFacts ledger) {
    for (String fact : worker.facts) {
      report.check(ledger.has(fact) || before.has(fact), "the ledger lost an acknowledged " + fact);
      if (fact.startsWith("redemption ")
          && ledger.outcomeAt(fact.substring(11)).equals("unknown")) {
        report.count("of these, requests whose outcome had to be closed as unknown");
      }
      report.count("ledger records found again");
    }
    worker.facts.clear();
  }

  private void credential(CrashWorker worker, Stored stored, long version) {
    boolean mayBeMissing = stored.removing || !stored.isAcknowledged();
    if (version == ABSENT) {
      report.check(mayBeMissing, "the acknowledged credential " + stored.name + " is lost");
      worker.credentials.remove(stored.name);
      worker.ended.addAll(stored.grants);
      return;
    }
    stored.removing = false;
    if (!stored.isAcknowledged()) {
      report.check(version == 1, stored.name + " is new and has version " + version);
    } else if (!stored.next.isEmpty() && version == stored.version + 1) {
      stored.value = stored.next;
    } else {
      report.check(
          version == stored.version,
          stored.name + " has version " + version + " instead of " + stored.version);
    }
    stored.version = version;
    stored.next = "";
    report.count("credentials found again");
  }

  private void grants(CrashWorker worker, Stored stored, Set<String> live, LedgerFacts ledger) {
    if (!worker.credentials.containsKey(stored.name)) {
      return;
    }
    for (Held held : List.copyOf(stored.grants)) {
      boolean lives = live.contains(held.id);
      report.check(
          lives || held.revoking, "the acknowledged grant " + held.id + " no longer lives");
      report.check(
          !lives || !ledger.has("revocation " + held.id),
          "the ledger says that " + held.id + " was revoked, and it lives");
      held.revoking = false;
      if (!lives) {
        stored.grants.remove(held);
        worker.ended.add(held);
      }
      report.count("grants found again");
    }
  }

  private void ended(List<CrashWorker> workers, Set<String> live) throws IOException {
    for (CrashWorker worker : workers) {
      worker.ended.forEach(each -> everEnded.add(each.id));
      List<Held> newest =
          worker.ended.subList(Math.max(0, worker.ended.size() - TRIED), worker.ended.size());
      for (Held held : newest) {
        worker.tryInVain(held);
      }
      worker.ended.clear();
    }
    Set<String> back = new HashSet<>(everEnded);
    back.retainAll(live);
    report.check(back.isEmpty(), "ended grants live again: " + back);
  }

  /// Live grants whose token nobody received: possible only when all but the answer was done.
  private void strangers(List<CrashWorker> workers, Set<String> live, LedgerFacts ledger)
      throws IOException {
    Set<String> strangers = new HashSet<>(live);
    workers.forEach(worker -> worker.grants().forEach(each -> strangers.remove(each.id)));
    strangers.removeAll(everEnded);
    for (String id : strangers) {
      report.check(ledger.has("grant " + id), id + " lives, and the ledger does not know it");
      broker.must("DELETE", "/v1/grants?grant=" + id, "");
      everEnded.add(id);
      report.count("grants whose answer was cut");
    }
  }

  /// The newest grant of each credential must work, with the newest value.
  private void use(CrashWorker worker) throws IOException {
    for (Stored stored : worker.credentials.values()) {
      if (!stored.grants.isEmpty()) {
        worker.use(stored, stored.grants.getLast());
        report.count("grants used after a restart");
      }
    }
  }
}
