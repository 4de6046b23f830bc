package io.keymantle.cli;

import io.keymantle.domain.HomeDirectory;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/// What the usual clients trust: under `run` our root, elsewhere not.
final class TrustChecks {
  private static final List<Path> SYSTEM_STORES =
      List.of(
          Path.of("/etc/ssl/certs/ca-certificates.crt"),
          Path.of("/etc/pki/tls/certs/ca-bundle.crt"),
          Path.of("/etc/ssl/ca-bundle.pem"),
          Path.of("/etc/ssl/cert.pem"));

  /// A client, the variable by which `run` gives it our root, and a setting that beats the
  /// variable.
  ///
  /// @param overriding a command whose output names the roots that win over the variable
  private record Client(String program, String variable, List<String> overriding, String fix) {}

  private static final List<Client> CLIENTS =
      List.of(
          new Client("curl", "CURL_CA_BUNDLE", List.of(), ""),
          new Client(
              "git",
              "GIT_SSL_CAINFO",
              List.of("git", "config", "--global", "--get", "http.sslBackend"),
              "git config --global --unset http.sslBackend"),
          new Client("node", "NODE_EXTRA_CA_CERTS", List.of(), ""),
          new Client("python3", "SSL_CERT_FILE", List.of(), ""),
          new Client("java", "JAVA_TOOL_OPTIONS", List.of(), ""),
          new Client("go", "SSL_CERT_FILE", List.of(), ""));

  private TrustChecks() {}

  /// @param run prints the output of a command
  static List<Finding> examine(
      HomeDirectory home, Map<String, String> environment, Function<List<String>, String> run) {
    return examine(home, environment, run, SYSTEM_STORES);
  }

  static List<Finding> examine(
      HomeDirectory home,
      Map<String, String> environment,
      Function<List<String>, String> run,
      List<Path> systemStores) {
    List<Finding> findings = new ArrayList<>();
    inSystemStore(home, systemStores, findings);
    boolean inside = AgentClient.isWanted(environment);
    String path = environment.getOrDefault("PATH", "");
    for (Client client : CLIENTS) {
      if (ProgramPath.has(client.program(), path)) {
        findings.add(client(client, environment, inside, run));
      }
    }
    findings.addAll(overrides(environment, inside));
    return findings;
  }

  private static Finding client(
      Client client,
      Map<String, String> environment,
      boolean inside,
      Function<List<String>, String> run) {
    String check = "ca-" + client.program();
    String overriding = client.overriding().isEmpty() ? "" : run.apply(client.overriding()).strip();
    if (!overriding.isEmpty() && !overriding.equals("openssl")) {
      return Finding.warning(
          check,
          client.program() + " has a setting that wins over " + client.variable(),
          client.fix());
    }
    if (inside && environment.getOrDefault(client.variable(), "").isEmpty()) {
      return Finding.problem(
          check,
          client.program() + " does not trust the gateway: " + client.variable() + " is gone",
          "start it from keymantle run again");
    }
    return Finding.ok(
        check, client.program() + " trusts the gateway under run, by " + client.variable());
  }

  /// Settings of the environment that outlive `run`'s own variables.
  private static List<Finding> overrides(Map<String, String> environment, boolean inside) {
    List<Finding> findings = new ArrayList<>();
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
    for (String variable : List.of("SSL_CERT_FILE", "CURL_CA_BUNDLE", "REQUESTS_CA_BUNDLE")) {
      String file = environment.getOrDefault(variable, "");
      if (!inside && !file.isEmpty() && !Files.isReadable(Path.of(file))) {
        findings.add(
            Finding.problem(
                "ca-variable", variable + " names a file that is not there", "unset " + variable));
      }
    }
    return findings;
  }

  /// Whoever has the root's key could then read all of this machine's connections.
  private static void inSystemStore(
      HomeDirectory home, List<Path> systemStores, List<Finding> findings) {
    String body = body(home.rootCertificate());
    if (body.isEmpty()) {
      return;
    }
    for (Path store : systemStores) {
      if (Files.isReadable(store) && withoutBreaks(store).contains(body)) {
        findings.add(
            Finding.warning(
                "ca-system-store",
                "the root certificate is in the system's store ("
                    + store
                    + "), so that every"
                    + " program trusts it; run needs it in its own variables only",
                "rm -f /usr/local/share/ca-certificates/keymantle*.crt && update-ca-certificates"
                    + " --fresh"));
        return;
      }
    }
    findings.add(Finding.ok("ca-system-store", "the system does not trust the root certificate"));
  }

  /// The base64 of a certificate, without its line breaks.
  private static String body(Path certificate) {
    String text = withoutBreaks(certificate);
    int start = text.indexOf("-----BEGIN CERTIFICATE-----");
    int end = text.indexOf("-----END CERTIFICATE-----");
    return start < 0 || end < start ? "" : text.substring(start + 27, end);
  }

  private static String withoutBreaks(Path file) {
    try {
      return Files.readString(file, StandardCharsets.ISO_8859_1)
          .replace("\n", "")
          .replace("\r", "");
    } catch (IOException missing) {
      return "";
    }
  }
}
