package io.keymantle.cli;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The options of `credential add` and `credential set` that say what a credential is, and their
/// form in the API.
final class CredentialOptions {
  private static final List<String> NETWORK =
      List.of(
          "--surface",
          "--methods",
          "--paths",
          "--inject",
          "--format",
          "--max-occurrences",
          "--address",
          "--capture");
  private static final List<String> COMMAND =
      List.of(
          "--argument",
          "--deliver",
          "--trusts-workdir",
          "--workdir",
          "--pass-variable",
          "--time-limit",
          "--output-limit");

  private CredentialOptions() {}

  static Describe describe(Describe command) {
    return describeRules(command)
        .option(
            "--kind",
            "KIND",
            "value (default), or totp: the value is a seed, and the current code is put in.")
        .option(
            "--source",
            "SOURCE",
            "store (default), env:NAME, file:PATH#/pointer, exec:COMMAND, or of a source that was"
                + " set up.");
  }

  /// Those that do not say where its value is.
  static Describe describeRules(Describe command) {
    return ApprovalOptions.describe(command)
        .options("--destination", "URL", "Where it may go; repeat for more: https://host[:port].")
        .commaOptions("--agents", "A,B", "Agents that may ask for it.")
        .option(
            "--surface",
            "S",
            "header:NAME (default header:authorization), query:NAME, path, json:/POINTER or"
                + " form:NAME.")
        .commaOptions("--methods", "GET,POST", "Allowed methods; any when left out.")
        .commaOptions(
            "--paths", "P,Q", "Allowed path patterns such as /repos/**; any when left out.")
        .option(
            "--inject",
            "WHEN",
            "token (default): where the agent put its token; always: on every request.")
        .option("--format", "F", "With --inject always: bearer, basic:USER or raw.")
        .option("--max-occurrences", "N", "How often one request may carry the token (default 1).")
        .options("--address", "CIDR", "Private or loopback addresses that the host may resolve to.")
        .options(
            "--capture",
            "POINTER",
            "Fields of a JSON reply that are secrets, such as /access_token.")
        .option("--command", "PATH", "Bind it to a command that the broker runs, instead of a URL.")
        .options(
            "--argument",
            "PATTERN",
            "One pattern per argument of the command; * is any text, a last ** any more.")
        .option("--deliver", "HOW", "env:VARIABLE, file:VARIABLE or stdin.")
        .flag(
            "--trusts-workdir",
            "The command may run code from its working folder (git, npm, make).")
        .option("--workdir", "PATH", "The command's pinned working folder.")
        .commaOptions("--pass-variable", "NAME", "Variables of the caller that the command gets.")
        .option("--time-limit", "DURATION", "When the command is ended (default 5m).")
        .option("--output-limit", "BYTES", "How much the command may print (default 67108864).")
        .option("--expires-after", "DURATION", "How long a grant lives (default 1h).")
        .option("--uses", "N", "How often a grant may be used; 0 (default) is any number.")
        .flag("--require-totp", "A person confirms each grant with a TOTP code.");
  }

  /// The fields that were given, as the API takes them; what was not given is left out.
  ///
  /// @throws UsageException when options of a command binding and a network binding are mixed, or
  ///   given without either
  static Map<String, Object> fields(Invocation typed) {
    Map<String, Object> fields = new LinkedHashMap<>();
    if (typed.has("--agents")) {
      fields.put(
          "allowedAgents",
          typed.texts("--agents").stream()
              .map(String::strip)
              .filter(name -> !name.isEmpty())
              .toList());
    }
    if (typed.flag("--require-totp")) {
      fields.put("requireTotp", true);
    }
    ApprovalOptions.add(typed, fields);
    putText(fields, "expiresAfter", typed.text("--expires-after"));
    putNumber(fields, "uses", typed, "--uses");
    putText(fields, "kind", typed.text("--kind"));
    putText(fields, "source", typed.text("--source"));
    List<Object> bindings = bindings(typed);
    if (!bindings.isEmpty()) {
      fields.put("bindings", bindings);
    }
    return fields;
  }

  private static List<Object> bindings(Invocation typed) {
    List<String> destinations = typed.texts("--destination");
    boolean command = typed.has("--command");
    refuseStray(typed, NETWORK, !destinations.isEmpty(), "--destination");
    refuseStray(typed, COMMAND, command, "--command");
    List<Object> bindings = new ArrayList<>();
    for (String destination : destinations) {
      bindings.add(network(typed, destination));
    }
    if (command) {
      bindings.add(command(typed));
    }
    return bindings;
  }

  private static void refuseStray(
      Invocation typed, List<String> options, boolean wanted, String owner) {
    for (String option : options) {
      if (!wanted && typed.has(option)) {
        throw new UsageException(
            option + " says more about " + owner + ", which is missing", "add " + owner);
      }
    }
  }

  private static Map<String, Object> network(Invocation typed, String destination) {
    Map<String, Object> binding = new LinkedHashMap<>();
    binding.put("destination", destination);
    putTexts(binding, "methods", typed.texts("--methods"));
    putTexts(binding, "paths", typed.texts("--paths"));
    putText(binding, "surface", typed.text("--surface"));
    putText(binding, "inject", typed.text("--inject"));
    putText(binding, "format", typed.text("--format"));
    putNumber(binding, "maxOccurrences", typed, "--max-occurrences");
    putTexts(binding, "addresses", typed.texts("--address"));
    putTexts(binding, "capture", typed.texts("--capture"));
    return binding;
  }

  private static Map<String, Object> command(Invocation typed) {
    if (typed.text("--deliver").isEmpty()) {
      throw new UsageException(
          "--command needs to know how the value reaches it", "add --deliver env:VARIABLE");
    }
    Map<String, Object> binding = new LinkedHashMap<>();
    binding.put("command", typed.text("--command"));
    putTexts(binding, "arguments", typed.texts("--argument"));
    binding.put("deliver", typed.text("--deliver"));
    if (typed.flag("--trusts-workdir")) {
      binding.put("trustsWorkdir", true);
    }
    putText(binding, "workdir", typed.text("--workdir"));
    putTexts(binding, "environment", typed.texts("--pass-variable"));
    putText(binding, "timeLimit", typed.text("--time-limit"));
    putNumber(binding, "outputLimit", typed, "--output-limit");
    return binding;
  }

  static void putText(Map<String, Object> target, String name, String value) {
    if (!value.isEmpty()) {
      target.put(name, value);
    }
  }

  static void putTexts(Map<String, Object> target, String name, List<String> values) {
    if (!values.isEmpty()) {
      target.put(name, values);
    }
  }

  static void putNumber(Map<String, Object> target, String name, Invocation typed, String option) {
    String text = typed.text(option);
    if (text.isEmpty()) {
      return;
    }
    try {
      target.put(name, Long.parseLong(text));
    } catch (NumberFormatException e) {
      throw new UsageException(option + " takes a whole number", option + " 1");
    }
  }
}
