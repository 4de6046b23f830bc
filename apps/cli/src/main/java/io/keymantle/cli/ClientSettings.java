package io.keymantle.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/// Settings of clients that win over what `run` gives them: they turn verification off, name other
/// roots, or lead past the gateway.
final class ClientSettings {
  private static final List<String> JAVA_VARIABLES = List.of("_JAVA_OPTIONS", "JDK_JAVA_OPTIONS");

  private ClientSettings() {}

  /// @param inside whether this is within `run`, whose own variables are as they should be
  /// @param run prints the output of a command
  static List<Finding> examine(
      Map<String, String> environment, boolean inside, Function<List<String>, String> run) {
    List<Finding> findings = new ArrayList<>();
    variables(environment, inside, findings);
    if (ProgramPath.has("git", environment.getOrDefault("PATH", ""))) {
      git(run, findings);
    }
    curl(Path.of(environment.getOrDefault("HOME", "/nonexistent")).resolve(".curlrc"), findings);
    return findings;
  }

  private static void variables(
      Map<String, String> environment, boolean inside, List<Finding> findings) {
    if (environment.getOrDefault("NODE_TLS_REJECT_UNAUTHORIZED", "").equals("0")) {
      findings.add(
          Finding.problem(
              "ca-node",
              "NODE_TLS_REJECT_UNAUTHORIZED=0 lets anybody pose as the gateway",
              "unset NODE_TLS_REJECT_UNAUTHORIZED"));
    }
    if (environment.containsKey("GIT_SSL_NO_VERIFY")) {
      findings.add(
          Finding.problem(
              "ca-git",
              "GIT_SSL_NO_VERIFY lets anybody pose as the gateway",
              "unset GIT_SSL_NO_VERIFY"));
    }
    for (String variable : JAVA_VARIABLES) {
      String options = environment.getOrDefault(variable, "");
      if (options.contains("javax.net.ssl.trustStore") || options.contains("proxyHost")) {
        findings.add(
            Finding.problem(
                "ca-java",
                variable + " names roots or a proxy of its own, and wins over what run sets",
                "unset " + variable));
      }
    }
    for (String variable : List.of("SSL_CERT_FILE", "CURL_CA_BUNDLE", "REQUESTS_CA_BUNDLE")) {
      String file = environment.getOrDefault(variable, "");
      if (!inside && !file.isEmpty() && !Files.isReadable(Path.of(file))) {
        findings.add(
            Finding.problem(
                "ca-variable", variable + " names a file that is not there", "unset " + variable));
      }
    }
  }

  private static void git(Function<List<String>, String> run, List<Finding> findings) {
    for (String key : List.of("http.sslBackend", "http.sslVerify", "http.proxy")) {
      String value = run.apply(List.of("git", "config", "--global", "--get", key)).strip();
      String what =
          switch (key) {
            case "http.sslBackend" ->
                value.equals("openssl") ? "" : "may not take roots by variable";
            case "http.sslVerify" ->
                value.equals("false") ? "lets anybody pose as the gateway" : "";
            default -> "leads git past the gateway";
          };
      if (!value.isEmpty() && !what.isEmpty()) {
        findings.add(
            Finding.problem(
                "ca-git",
                "git's setting " + key + " " + what,
                "git config --global --unset-all " + key));
      }
    }
  }

  private static void curl(Path file, List<Finding> findings) {
    List<String> lines;
    try {
      lines = Files.readAllLines(file);
    } catch (IOException missing) {
      return;
    }
    String harmful = "^ *-*\\(k\\|insecure\\|cacert\\|capath\\|proxy\\|x\\|noproxy\\)\\b";
    String java = harmful.replace("\\(", "(").replace("\\)", ")").replace("\\|", "|");
    if (lines.stream().anyMatch(line -> line.matches(java.substring(1) + ".*"))) {
      findings.add(
          Finding.problem(
              "ca-curl",
              file
                  + " turns verification off, or names roots or a proxy that win over what run"
                  + " sets",
              "sed -i " + Finding.quoted("/" + harmful + "/d") + " " + Finding.quoted(file)));
    }
  }
}
