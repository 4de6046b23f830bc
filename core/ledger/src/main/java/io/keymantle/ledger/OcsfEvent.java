package io.keymantle.ledger;

import io.keymantle.domain.LedgerEvent;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// An entry as an OCSF 1.7 event: uses of credentials as API Activity (6003), grants as Authorize
/// Session (3003), sessions as Authentication (3002), all else that changes as Entity Management
/// (3004). Pure.
final class OcsfEvent {
  private static final String VERSION = "1.7.0";
  private static final int OTHER = 99;

  private OcsfEvent() {}

  /// An OCSF class with the activity that an entry stands for.
  private record Activity(
      int category, String categoryName, int type, String typeName, int id, String name) {}

  static Map<String, Object> of(LedgerEntry entry) {
    LedgerEvent event = entry.event();
    Activity activity = activity(event);
    Map<String, Object> ocsf = new LinkedHashMap<>();
    ocsf.put("activity_id", activity.id());
    ocsf.put("activity_name", activity.name());
    ocsf.put("category_uid", activity.category());
    ocsf.put("category_name", activity.categoryName());
    ocsf.put("class_uid", activity.type());
    ocsf.put("class_name", activity.typeName());
    ocsf.put("type_uid", activity.type() * 100 + activity.id());
    ocsf.put("type_name", activity.typeName() + ": " + activity.name());
    ocsf.put("time", event.at().toEpochMilli());
    ocsf.put("severity_id", isRefused(event) ? 3 : 1);
    ocsf.put("severity", isRefused(event) ? "Medium" : "Informational");
    putStatus(ocsf, event);
    ocsf.put("metadata", metadata(entry, event));
    Map<String, Object> user = new LinkedHashMap<>();
    user.put("name", event.actor().isEmpty() ? "unknown" : event.actor());
    ocsf.put("actor", Map.of("user", user));
    switch (activity.type()) {
      case 6003 -> putApi(ocsf, event);
      case 3004 -> ocsf.put("entity", entity(event));
      case 3003 -> {
        ocsf.put("user", user);
        if (!event.grant().isEmpty()) {
          ocsf.put("session", Map.of("uid", event.grant()));
        }
        ocsf.put("privileges", List.of("use " + event.credential()));
      }
      case 3002 -> {
        ocsf.put("user", user);
        ocsf.put("service", Map.of("name", "keymantle"));
      }
    }
    if (!event.detail().isEmpty()) {
      ocsf.put("unmapped", event.detail());
    }
    return ocsf;
  }

  private static Activity activity(LedgerEvent event) {
    return switch (event.kind()) {
      case REDEMPTION, EGRESS, REDACTION -> use(event);
      case GRANT -> new Activity(3, IDENTITY, 3003, "Authorize Session", 1, "Assign Privileges");
      case SESSION -> session(event);
      case REQUEST -> entity(OTHER, "Request");
      case DECISION -> entity(OTHER, "Decide");
      case APPROVAL -> entity(OTHER, "Approve");
      case REVOCATION -> entity(4, "Delete");
      case BACKUP -> entity(2, "Read");
      case RUN, CREDENTIAL, AGENT, PERSON, FACTOR, TOKEN, CONFIGURATION, KEY, RESTORE, BROKER ->
          change(event);
    };
  }

  private static final String IDENTITY = "Identity & Access Management";

  private static Activity use(LedgerEvent event) {
    return switch (event.method().toUpperCase(Locale.ROOT)) {
      case "POST" -> api(1, "Create");
      case "GET", "HEAD", "OPTIONS" -> api(2, "Read");
      case "PUT", "PATCH" -> api(3, "Update");
      case "DELETE" -> api(4, "Delete");
      default -> api(OTHER, "Other");
    };
  }

  private static Activity api(int id, String name) {
    return new Activity(6, "Application Activity", 6003, "API Activity", id, name);
  }

  private static Activity session(LedgerEvent event) {
    boolean ends = verb(event).equals("close");
    return new Activity(
        3, IDENTITY, 3002, "Authentication", ends ? 2 : 1, ends ? "Logoff" : "Logon");
  }

  private static Activity change(LedgerEvent event) {
    return switch (verb(event)) {
      case "add", "import", "capture", "start", "started" -> entity(1, "Create");
      case "remove", "revoke", "end", "stopped" -> entity(4, "Delete");
      default -> entity(3, "Update");
    };
  }

  /// What was done, as the broker calls it; what it did to itself is an event.
  private static String verb(LedgerEvent event) {
    return event.detail().getOrDefault("verb", event.detail().getOrDefault("event", ""));
  }

  private static Activity entity(int id, String name) {
    return new Activity(3, IDENTITY, 3004, "Entity Management", id, name);
  }

  private static boolean isRefused(LedgerEvent event) {
    return event.result().equals("refused");
  }

  private static void putStatus(Map<String, Object> ocsf, LedgerEvent event) {
    boolean ok = event.result().equals("ok");
    boolean failed = isRefused(event) || event.result().equals("failed");
    ocsf.put("status_id", ok ? 1 : failed ? 2 : 0);
    ocsf.put("status", ok ? "Success" : failed ? "Failure" : "Unknown");
    if (!event.code().isEmpty()) {
      ocsf.put("status_code", event.code());
    }
  }

  private static Map<String, Object> metadata(LedgerEntry entry, LedgerEvent event) {
    Map<String, Object> metadata = new LinkedHashMap<>();
    metadata.put("version", VERSION);
    metadata.put("product", Map.of("name", "Keymantle", "vendor_name", "Keymantle"));
    metadata.put("uid", entry.leafHash().toString());
    metadata.put("sequence", entry.index());
    if (!event.operation().isEmpty()) {
      metadata.put("correlation_uid", event.operation());
    }
    return metadata;
  }

  private static void putApi(Map<String, Object> ocsf, LedgerEvent event) {
    String operation = event.method().isEmpty() ? event.kind().toString() : event.method();
    ocsf.put("api", Map.of("operation", operation, "service", Map.of("name", "keymantle")));
    // The agent is all that is known of where a call came from: it connects over loopback.
    ocsf.put("src_endpoint", Map.of("name", event.actor().isEmpty() ? "unknown" : event.actor()));
    if (!event.destination().isEmpty()) {
      ocsf.put("dst_endpoint", Map.of("name", event.destination()));
    }
    if (!event.method().isEmpty() && !event.path().isEmpty()) {
      ocsf.put(
          "http_request",
          Map.of("http_method", event.method(), "url", Map.of("path", event.path())));
    }
    if (!event.credential().isEmpty()) {
      ocsf.put("resources", List.of(Map.of("name", event.credential(), "type", "credential")));
    }
  }

  private static Map<String, Object> entity(LedgerEvent event) {
    String agent = event.detail().getOrDefault("agent", "");
    String name = event.credential().isEmpty() ? agent : event.credential();
    String id = event.grant().isEmpty() ? event.detail().getOrDefault("run", "") : event.grant();
    Map<String, Object> entity = new LinkedHashMap<>();
    entity.put("name", name.isEmpty() ? event.kind().toString() : name);
    entity.put("type", event.kind().toString());
    if (!id.isEmpty()) {
      entity.put("uid", id);
    }
    return entity;
  }
}
