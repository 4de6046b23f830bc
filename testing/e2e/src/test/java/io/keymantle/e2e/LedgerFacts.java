package io.keymantle.e2e;

import java.io.IOException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/// What the ledger says of one life of a broker, as short texts that a test can compare with what
/// it was told: `grant g_…`, `revocation g_…`, `redemption /path`, `credential VERB NAME VERSION`.
final class LedgerFacts {
  private final Set<String> facts = new HashSet<>();
  private final Map<String, String> unfinished = new HashMap<>();
  private final Map<String, String> outcomes = new HashMap<>();
  private final long next;
  private boolean started;

  /// Reads everything from an index up to the newest start of the broker, which is the last thing
  /// that can be expected to be there.
  static LedgerFacts read(KillableBroker broker, long from) throws IOException {
    return new LedgerFacts(broker, from);
  }

  private LedgerFacts(KillableBroker broker, long from) throws IOException {
    long at = from;
    while (true) {
      JsonNode page = broker.must("GET", "/v1/ledger?limit=1000&from=" + at, "");
      page.get("entries").forEach(each -> look(each.get("entry")));
      at = page.get("next").longValue();
      if (at >= page.get("size").longValue()) {
        break;
      }
    }
    next = at;
  }

  private void look(JsonNode entry) {
    String kind = text(entry, "kind");
    String operation = text(entry, "op");
    String subject = kind + " " + operation + " " + text(entry, "grant") + text(entry, "path");
    JsonNode detail = entry.path("detail");
    started |= kind.equals("broker") && text(detail, "event").equals("started");
    switch (text(entry, "phase")) {
      case "intent" -> {
        unfinished.put(operation, subject);
        if (kind.equals("redemption")) {
          facts.add("redemption " + text(entry, "path"));
        }
      }
      case "outcome" -> {
        unfinished.remove(operation);
        if (kind.equals("redemption")) {
          outcomes.put(text(entry, "path"), text(entry, "result"));
        } else if (text(entry, "result").equals("ok")) {
          facts.add(fact(kind, entry, detail));
        }
      }
      default -> {}
    }
  }

  private static String fact(String kind, JsonNode entry, JsonNode detail) {
    return kind.equals("credential")
        ? "credential "
            + text(detail, "verb")
            + " "
            + text(entry, "credential")
            + " "
            + text(detail, "version")
        : kind + " " + text(entry, "grant");
  }

  private static String text(JsonNode node, String name) {
    return node.path(name).asString("");
  }

  boolean has(String fact) {
    return facts.contains(fact);
  }

  /// The outcome of the redemption for a path; empty when there is none.
  String outcomeAt(String path) {
    return outcomes.getOrDefault(path, "");
  }

  /// Intents without an outcome.
  Set<String> unfinished() {
    return Set.copyOf(unfinished.values());
  }

  boolean hasStart() {
    return started;
  }

  /// The index behind the last entry that was read.
  long next() {
    return next;
  }
}
