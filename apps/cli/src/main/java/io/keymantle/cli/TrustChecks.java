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
import java.util.stream.Stream;

/// What the usual clients trust: under `run` our root, elsewhere not.
final class TrustChecks {
  private static final List<Path> SYSTEM_STORES =
      List.of(
          Path.of("/etc/ssl/certs/ca-certificates.crt"),
          Path.of("/etc/pki/tls/certs/ca-bundle.crt"),
          Path.of("/etc/ssl/ca-bundle.pem"),
          Path.of("/etc/ssl/cert.pem"));

  private static final Path ADDED = Path.of("/usr/local/share/ca-certificates");

  /// A client, and the variable by which `run` gives it our root.
  private record Client(String program, String variable) {}

  private static final List<Client> CLIENTS =
      List.of(
          new Client("curl", "CURL_CA_BUNDLE"),
          new Client("git", "GIT_SSL_CAINFO"),
          new Client("node", "NODE_EXTRA_CA_CERTS"),
          new Client("python3", "SSL_CERT_FILE"),
          new Client("java", "JAVA_TOOL_OPTIONS"),
          new Client("go", "SSL_CERT_FILE"));

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
    List<Finding> settings = ClientSettings.examine(environment, inside, run);
    for (Client client : CLIENTS) {
      String check = "ca-" + client.program();
      boolean troubled = settings.stream().anyMatch(finding -> finding.check().equals(check));
      if (!troubled && ProgramPath.has(client.program(), path)) {
        findings.add(client(client, check, environment, inside));
      }
    }
    findings.addAll(settings);
    return findings;
  }

  private static Finding client(
      Client client, String check, Map<String, String> environment, boolean inside) {
    if (inside && environment.getOrDefault(client.variable(), "").isEmpty()) {
      return Finding.problem(
          check,
          client.program() + " does not trust the gateway: " + client.variable() + " is gone",
          AgentEnvironment.restoring(client.variable(), environment));
    }
    return Finding.ok(
        check, client.program() + " trusts the gateway under run, by " + client.variable());
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
                "rm -f " + added(body) + " && update-ca-certificates --fresh"));
        return;
      }
    }
    findings.add(Finding.ok("ca-system-store", "the system does not trust the root certificate"));
  }

  /// The file by which it came into Debian's store.
  private static String added(String body) {
    try (Stream<Path> files = Files.walk(ADDED)) {
      return files
          .filter(file -> file.toString().endsWith(".crt") && withoutBreaks(file).contains(body))
          .map(Finding::quoted)
          .findFirst()
          .orElse(ADDED + "/keymantle*.crt");
    } catch (IOException missing) {
      return ADDED + "/keymantle*.crt";
    }
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
