package io.keymantle.cli;

import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The forms in which ledger entries are exported, one line each.
enum LedgerFormat {
  JSON,
  CSV,
  OCSF;

  private static final List<String> COLUMNS =
      List.of(
          "index",
          "at",
          "kind",
          "phase",
          "operation",
          "actor",
          "credential",
          "grant",
          "destination",
          "method",
          "path",
          "result",
          "code");

  /// What stands before the first entry.
  Optional<String> heading() {
    return this == CSV ? Optional.of(String.join(",", COLUMNS) + ",detail") : Optional.empty();
  }

  String line(JsonObject entry) {
    return switch (this) {
      case JSON -> Json.text(entry);
      case CSV -> csv(entry);
      case OCSF -> Json.text(ocsf(entry));
    };
  }

  private static String csv(JsonObject entry) {
    StringBuilder line = new StringBuilder();
    for (String column : COLUMNS) {
      line.append(cell(entry.text(column))).append(',');
    }
    JsonObject detail = entry.object("detail");
    return line.append(cell(detail.members().isEmpty() ? "" : Json.text(detail))).toString();
  }

  /// RFC 4180, and a quote before what a spreadsheet would take for a formula: an agent chooses
  /// some of these texts.
  private static String cell(String text) {
    String safe = !text.isEmpty() && "=+-@\t\r".indexOf(text.charAt(0)) >= 0 ? "'" + text : text;
    boolean quoted = safe.chars().anyMatch(c -> c == ',' || c == '"' || c == '\n' || c == '\r');
    return quoted ? '"' + safe.replace("\"", "\"\"") + '"' : safe;
  }

  /// OCSF 1.3, class API Activity (6003).
  private static Map<String, Object> ocsf(JsonObject entry) {
    boolean refused = !entry.text("code").isEmpty();
    String kind = entry.text("kind");
    int activity = activity(kind, entry.object("detail").text("verb"));
    Map<String, Object> event = new LinkedHashMap<>();
    event.put("class_uid", 6003);
    event.put("class_name", "API Activity");
    event.put("category_uid", 6);
    event.put("category_name", "Application Activity");
    event.put("activity_id", activity);
    event.put("type_uid", 600_300 + activity);
    event.put("time", millis(entry.text("at")));
    event.put("severity_id", refused ? 3 : 1);
    event.put("status_id", refused ? 2 : 1);
    event.put("status_code", entry.text("code"));
    event.put("status", entry.text("result"));
    event.put("actor", Map.of("user", Map.of("name", entry.text("actor"))));
    event.put("api", Map.of("operation", kind + "." + entry.text("phase")));
    event.put("resources", resources(entry));
    event.put("src_endpoint", Map.of("name", entry.text("actor")));
    event.put("dst_endpoint", Map.of("name", entry.text("destination")));
    event.put(
        "metadata",
        Map.of(
            "version", "1.3.0",
            "uid", entry.text("index"),
            "correlation_uid", entry.text("operation"),
            "product", Map.of("name", "Keymantle", "vendor_name", "Keymantle")));
    event.put("unmapped", entry);
    return event;
  }

  private static List<Object> resources(JsonObject entry) {
    return entry.text("credential").isEmpty()
        ? List.of()
        : List.of(Map.of("type", "credential", "name", entry.text("credential")));
  }

  /// 1 create, 2 read, 3 update, 4 delete, 99 other.
  private static int activity(String kind, String verb) {
    if (kind.equals("revocation") || verb.equals("remove") || verb.equals("revoke")) {
      return 4;
    }
    if (kind.equals("redemption") || kind.equals("egress")) {
      return 2;
    }
    if (kind.equals("grant") || verb.equals("add") || verb.equals("import")) {
      return 1;
    }
    return verb.equals("set") || verb.equals("rotate") ? 3 : 99;
  }

  private static long millis(String instant) {
    try {
      return Instant.parse(instant).toEpochMilli();
    } catch (DateTimeParseException e) {
      return 0;
    }
  }
}
