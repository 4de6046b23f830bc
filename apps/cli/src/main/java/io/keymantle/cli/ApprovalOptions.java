package io.keymantle.cli;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The options of `credential add` and `credential set` that say when people must say yes: one
/// rule. Several are written in an import.
final class ApprovalOptions {
  private static final String BY = "--approve-by";
  private static final List<String> MORE =
      List.of(
          "--approvers",
          "--approvals",
          "--break-glass",
          "--not-owner",
          "--ask-each",
          "--ask-methods",
          "--ask-paths",
          "--ask-destinations",
          "--hold",
          "--yes-lasts");

  private ApprovalOptions() {}

  static Describe describe(Describe command) {
    return command
        .commaOptions(
            BY, "FACTOR", "People must say yes: by totp, passkey, or session (their login alone).")
        .commaOptions("--approvers", "A,B", "Who may; everybody whose role approves by default.")
        .option("--approvals", "N", "How many different people must say yes (default 1).")
        .commaOptions("--break-glass", "A,B", "Who may pass alone, with a reason.")
        .flag("--not-owner", "The person who made the agent may not say yes.")
        .option("--ask-each", "WHEN", "grant (default), or use: at every single use.")
        .commaOptions("--ask-methods", "POST,PUT", "Ask at uses with these methods; others pass.")
        .commaOptions("--ask-paths", "P,Q", "Ask at uses at paths of these patterns; others pass.")
        .options("--ask-destinations", "URL", "Ask at uses at these peers; others pass.")
        .option("--hold", "DURATION", "How long a request is held for the answer (default 2m).")
        .option("--yes-lasts", "DURATION", "The longest that a yes may last; 0s: for once only.");
  }

  /// Adds the rule that was typed, if any.
  ///
  /// @throws UsageException when more is said about a rule that is missing
  static void add(Invocation typed, Map<String, Object> fields) {
    if (!typed.has(BY)) {
      for (String option : MORE) {
        if (typed.has(option)) {
          throw new UsageException(
              option + " says more about " + BY + ", which is missing", "add " + BY + " totp");
        }
      }
      return;
    }
    Map<String, Object> rule = new LinkedHashMap<>();
    for (String factor : typed.texts(BY)) {
      switch (factor.strip()) {
        case "totp", "passkey" -> rule.put(factor.strip(), true);
        case "session" -> {}
        default ->
            throw new UsageException("there is no such factor", BY + " totp, passkey or session");
      }
    }
    CredentialOptions.putNumber(rule, "required", typed, "--approvals");
    CredentialOptions.putTexts(rule, "of", typed.texts("--approvers"));
    CredentialOptions.putTexts(rule, "breakGlass", typed.texts("--break-glass"));
    if (typed.flag("--not-owner")) {
      rule.put("excludeOwner", true);
    }
    CredentialOptions.putText(rule, "each", typed.text("--ask-each"));
    CredentialOptions.putText(rule, "wait", typed.text("--hold"));
    CredentialOptions.putText(rule, "atMost", typed.text("--yes-lasts"));
    Map<String, Object> when = new LinkedHashMap<>();
    CredentialOptions.putTexts(when, "methods", typed.texts("--ask-methods"));
    CredentialOptions.putTexts(when, "paths", typed.texts("--ask-paths"));
    CredentialOptions.putTexts(when, "destinations", typed.texts("--ask-destinations"));
    if (!when.isEmpty()) {
      rule.put("when", when);
    }
    fields.put("approval", new ArrayList<>(List.of(rule)));
  }
}
