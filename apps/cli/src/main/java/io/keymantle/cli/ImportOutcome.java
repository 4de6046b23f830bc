package io.keymantle.cli;

import io.keymantle.domain.ImportNames;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/// What an import has brought, over all requests that it took, and how it is told.
final class ImportOutcome {
  /// Credentials whose next steps are told one by one.
  private static final int IN_FULL = 10;

  private final Invocation invocation;
  private final List<JsonObject> imported = new ArrayList<>();
  private final List<Map<String, Object>> skipped = new ArrayList<>();
  private final Set<String> names = new TreeSet<>();

  ImportOutcome(Invocation invocation) {
    this.invocation = invocation;
  }

  static ImportNames names(Invocation invocation, String folder) {
    return new ImportNames(invocation.texts("--only"), invocation.text("--prefix"), folder);
  }

  /// What every request of an import says.
  ///
  /// @param fields what all of the credentials share
  static Map<String, Object> terms(Invocation invocation, Map<String, Object> fields) {
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("as", fields);
    body.put("only", invocation.texts("--only"));
    body.put("prefix", invocation.text("--prefix"));
    body.put("dryRun", invocation.flag("--dry-run"));
    return body;
  }

  ImportOutcome add(JsonObject report) {
    for (JsonObject each : report.objects("imported")) {
      if (names.add(each.text("name"))) {
        imported.add(each);
      } else {
        // Of two requests of a rehearsal, which leaves nothing behind for the second to find.
        skip(each.text("from"), "it would be called " + each.text("name") + ", as another is");
      }
    }
    report.objects("skipped").forEach(each -> skip(each.text("from"), each.text("why")));
    return this;
  }

  void skip(String from, String why) {
    Map<String, Object> each = new LinkedHashMap<>();
    each.put("from", from);
    each.put("why", why);
    skipped.add(each);
  }

  /// Tells it, and says how the command ends: refused when all that was found was skipped.
  int end() {
    boolean rehearsal = invocation.flag("--dry-run");
    if (invocation.json()) {
      Map<String, Object> all = new LinkedHashMap<>();
      all.put("dryRun", rehearsal);
      all.put("imported", imported);
      all.put("skipped", skipped);
      invocation.say(Json.text(all));
    } else {
      tell(rehearsal);
    }
    return imported.isEmpty() && !skipped.isEmpty() ? ExitStatus.REFUSED : ExitStatus.DONE;
  }

  private void tell(boolean rehearsal) {
    boolean inFull = imported.size() <= IN_FULL && !rehearsal;
    for (JsonObject each : imported) {
      String from = PlainText.of(each.text("from"));
      invocation.say(
          (rehearsal ? "would import " : "imported ")
              + each.text("name")
              + (from.isEmpty() || from.equals(each.text("name")) ? "" : " from " + from));
      if (inFull) {
        each.texts("mend").forEach(command -> invocation.say("  to make it usable: " + command));
      }
    }
    skipped.forEach(each ->
        invocation.note(PlainText.of("skipped " + each.get("from") + ": " + each.get("why"))));
    long unbound = imported.stream().filter(each -> !each.texts("mend").isEmpty()).count();
    if (imported.isEmpty() && skipped.isEmpty()) {
      invocation.note("there was nothing to import");
    } else if (rehearsal) {
      invocation.note("nothing was imported; to do it, leave --dry-run out");
    } else if (!inFull && unbound > 0) {
      invocation.note(
          unbound
              + " of them may not go anywhere yet; fix: keymantle credential set NAME --destination"
              + " https://HOST");
    }
  }
}
