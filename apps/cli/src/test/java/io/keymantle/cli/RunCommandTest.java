package io.keymantle.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.keymantle.domain.HomeDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class RunCommandTest {
  private static final String AGENT_TOKEN = "kma_" + "a".repeat(40);
  private static final String BROKER_TOKEN = "kmt_" + "b".repeat(40);
  private static final String CERTIFICATE =
      """
      -----BEGIN CERTIFICATE-----
      MIIBejCCASGgAwIBAgIUC7m8Zz0aVYvV0WlYFv1sVvJ1o3cwCgYIKoZIzj0EAwIw
      -----END CERTIFICATE-----
      """;

  @TempDir Path folder;
  private HomeDirectory home;
  private StandInBroker broker;
  private Typist typist;

  @BeforeEach
  void start() throws IOException {
    home = new HomeDirectory(folder.resolve("home"));
    broker = StandInBroker.at(home);
    Files.writeString(home.rootCertificate(), CERTIFICATE);
    // One of the system's own roots stands for ours, which a unit test has no keys for.
    Path system = Path.of("/etc/ssl/certs/ca-certificates.crt");
    if (Files.exists(system)) {
      String roots = Files.readString(system);
      String end = "-----END CERTIFICATE-----";
      Files.writeString(
          home.rootCertificate(), roots.substring(0, roots.indexOf(end) + end.length()) + "\n");
    }
    broker.answer(
        "POST /v1/runs",
        Json.text(
            new LinkedHashMap<>(
                Map.of(
                    "run",
                    "r_1",
                    "token",
                    AGENT_TOKEN,
                    "api",
                    "http://127.0.0.1:8180",
                    "gateway",
                    "http://127.0.0.1:8180",
                    "gatewayFolder",
                    home.gatewayFolder().toString(),
                    "ca",
                    home.rootCertificate().toString(),
                    "grants",
                    java.util.List.of(Map.of("credential", "github-api", "bare", BROKER_TOKEN))))));
    broker.answer("GET /v1/status", "{\"trust\":\"same-user\"}");
    broker.answer("DELETE /v1/runs/r_1", "{}");
    broker.answer(
        "GET /v1/credentials",
        "{\"credentials\":[{\"name\":\"x\",\"source\":\"env:FROM_SOURCE\"}]}");
    typist = new Typist(home).with("PATH", System.getenv("PATH"));
  }

  @AfterEach
  void stop() throws IOException {
    broker.close();
  }

  @Test
  void agent_getsTokensProxyAndRoots_andItsStatusIsPassedOn() throws IOException {
    Path seen = folder.resolve("seen");
    redactTo("KEPT=kept");

    Typist.Result result =
        typist
            .with("KEPT", "kept")
            .with("HTTPS_PROXY", "http://elsewhere:1")
            .with("NO_PROXY", "*")
            .type(
                "run",
                "--isolate",
                "never",
                "--agent",
                "main",
                "--credential",
                "github-api=GITHUB_TOKEN",
                "--",
                "sh",
                "-c",
                "env > '" + seen + "'; exit 7");

    assertThat(result.status()).as(result.all()).isEqualTo(7);
    assertThat(Files.readAllLines(seen))
        .contains(
            "GITHUB_TOKEN=" + BROKER_TOKEN,
            "KEYMANTLE_AGENT_TOKEN=" + AGENT_TOKEN,
            "KEYMANTLE_API=http://127.0.0.1:8180",
            "HTTPS_PROXY=http://main:" + AGENT_TOKEN + "@127.0.0.1:8180",
            "http_proxy=http://main:" + AGENT_TOKEN + "@127.0.0.1:8180",
            "NO_PROXY=",
            "NODE_USE_ENV_PROXY=1",
            "NODE_EXTRA_CA_CERTS=" + home.rootCertificate())
        .anyMatch(line -> line.startsWith("JAVA_TOOL_OPTIONS=") && line.contains("trustStore="));
    assertThat(result.err()).contains("same user").contains("--isolate always");
    assertThat(broker.call("DELETE /v1/runs/r_1").headers())
        .contains("Authorization: Bearer " + AGENT_TOKEN);
  }

  @Test
  void variablesThatHoldKnownValues_areKeptOut_andNamed() throws IOException {
    Path seen = folder.resolve("seen");
    redactTo(
        "FROM_SOURCE=anything",
        "INNER=postgres://u:[redacted:db]@h",
        "PLAIN=plain",
        "WHOLE=[redacted:db]");

    Typist.Result result =
        typist
            .with("WHOLE", "hunter2hunter2")
            .with("INNER", "postgres://u:hunter2hunter2@h")
            .with("PLAIN", "plain")
            .with("FROM_SOURCE", "anything")
            .type(
                "run",
                "--isolate",
                "never",
                "--agent",
                "main",
                "--",
                "sh",
                "-c",
                "env > '" + seen + "'");

    assertThat(result.status()).as(result.all()).isZero();
    assertThat(Files.readString(seen))
        .contains("PLAIN=plain")
        .doesNotContain("hunter2")
        .doesNotContain("FROM_SOURCE");
    assertThat(result.err()).contains("FROM_SOURCE, INNER, WHOLE").doesNotContain("hunter2");
  }

  @Test
  void runThatCannotTellItsSecrets_doesNotStart_andIsEnded() {
    broker.refuse(
        "POST /v1/redact", 502, "{\"code\":\"source_failed\",\"message\":\"no\",\"fix\":\"f\"}");

    Typist.Result result =
        typist.type(
            "run", "--isolate", "never", "--agent", "main", "--", "touch", folder + "/made");

    assertThat(result.status()).isEqualTo(1);
    assertThat(result.err()).contains("source_failed");
    assertThat(folder.resolve("made")).doesNotExist();
    assertThat(broker.call("DELETE /v1/runs/r_1")).isNotNull();
  }

  @Test
  void commandThatIsNotThere_isOneLine_andTheRunIsEnded() {
    redactTo();

    Typist.Result result =
        typist.type("run", "--isolate", "never", "--agent", "main", "--", "no-such-program");

    assertThat(result.status()).isEqualTo(1);
    assertThat(result.err()).contains("cannot be started");
    assertThat(broker.call("DELETE /v1/runs/r_1")).isNotNull();
  }

  @Test
  void wrongVariable_isWrongUsage_beforeAnythingStarts() {
    for (String text : new String[] {"github-api=", "github-api=1X", "github-api=A-B"}) {
      assertThat(typist.type("run", "--credential", text, "--", "true").status()).isEqualTo(2);
    }
    assertThat(typist.type("run", "--isolate", "perhaps", "--", "true").status()).isEqualTo(2);
    assertThat(broker.calls()).isEmpty();
  }

  @Test
  void rootsForJava_openWithoutAPassword() throws Exception {
    TrustFiles files = TrustFiles.of(home.run().resolve("trust"), home.rootCertificate(), Map.of());
    KeyStore store = KeyStore.getInstance("PKCS12");
    try (var in = Files.newInputStream(files.keyStore())) {
      store.load(in, null);
    }

    assertThat(store.size()).isPositive();
    assertThat(Files.readString(files.bundle())).contains("BEGIN CERTIFICATE");
    assertThat(TrustFiles.of(home.run().resolve("trust"), home.rootCertificate(), Map.of()))
        .isEqualTo(files);
  }

  /// What the broker makes of the variables but `PATH`, in their order, by their new values.
  private void redactTo(String... variables) {
    StringBuilder body = new StringBuilder();
    for (String variable : new java.util.TreeSet<>(java.util.List.of(variables))) {
      body.append(variable.substring(variable.indexOf('=') + 1)).append('\0');
    }
    broker.answer("POST /v1/redact", body.toString());
  }
}
