package io.keymantle.cli;

import java.util.ArrayList;
import java.util.List;

/// Approvals as people read them. What an agent wrote stands apart, quoted, and cannot begin a line
/// of its own.
final class ApprovalText {
  private ApprovalText() {}

  static Table table(List<JsonObject> approvals) {
    Table table = new Table("APPROVAL", "STATE", "WHAT", "NEEDS", "EXPIRES");
    for (JsonObject approval : approvals) {
      table.row(
          approval.text("id"),
          approval.text("state"),
          approval.text("summary"),
          needs(approval),
          approval.text("expiresAt"));
    }
    return table;
  }

  /// The seed of every prompt: who wants what.
  static String question(JsonObject approval) {
    if (approval.text("kind").equals("change")) {
      return approval.text("person")
          + " wants to change the rules of "
          + approval.text("credential")
          + ". Approve?";
    }
    return "Agent "
        + approval.text("agent")
        + " wants to "
        + (approval.text("kind").equals("grant")
            ? "access " + approval.text("credential")
            : approval.text("method")
                + " "
                + approval.text("destination")
                + approval.text("path")
                + (approval.text("query").isEmpty() ? "" : "?" + approval.text("query"))
                + " with "
                + approval.text("credential")
                + " ("
                + approval.number("bodyBytes")
                + " bytes)")
        + ". Approve?";
  }

  static List<String> lines(JsonObject approval) {
    List<String> lines = new ArrayList<>();
    lines.add(question(approval));
    lines.add("  approval   " + approval.text("id") + " (" + approval.text("state") + ")");
    lines.add("  needs      " + needs(approval));
    approval.texts("changes").forEach(change -> lines.add("  change     " + change));
    if (!approval.text("trust").isEmpty()) {
      lines.add("  trust      " + approval.text("trust"));
    }
    approval.texts("headers").forEach(header -> lines.add("  header     " + header));
    if (!approval.text("bodyDigest").isEmpty()) {
      lines.add("  body       SHA-256 " + approval.text("bodyDigest"));
    }
    lines.add("  digest     " + approval.text("digest"));
    lines.add("  expires    " + approval.text("expiresAt"));
    if (!approval.text("agent").isEmpty()) {
      String reason = approval.text("reason");
      lines.add("  the agent's own words: " + (reason.isEmpty() ? "none" : "\"" + reason + "\""));
    }
    for (JsonObject vote : approval.objects("votes")) {
      lines.add(
          "  "
              + vote.text("person")
              + (vote.text("decision").equals("approve") ? " said yes" : " said no")
              + (vote.flag("breakGlass") ? ", breaking the glass" : "")
              + " at "
              + vote.text("at")
              + (vote.text("reason").isEmpty() ? "" : ": \"" + vote.text("reason") + "\""));
    }
    if (!approval.text("until").isEmpty()) {
      lines.add("  a yes to   " + approval.text("scope") + ", until " + approval.text("until"));
    }
    return lines;
  }

  static String needs(JsonObject approval) {
    List<String> needs = new ArrayList<>();
    for (JsonObject need : approval.objects("needs")) {
      List<String> of = need.texts("of");
      List<String> factors = need.texts("factors");
      needs.add(
          need.number("missing")
              + " more of "
              + need.number("required")
              + (of.isEmpty() ? "" : " (" + String.join(", ", of) + ")")
              + (factors.isEmpty() ? "" : " by " + String.join(" and ", factors)));
    }
    return String.join("; ", needs);
  }

  static boolean needsCode(JsonObject approval) {
    return approval.objects("needs").stream()
        .anyMatch(need -> need.texts("factors").contains("totp"));
  }
}
