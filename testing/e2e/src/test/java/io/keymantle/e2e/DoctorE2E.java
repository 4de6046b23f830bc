package io.keymantle.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/// Each trouble is made, seen by `doctor`, mended by the fix exactly as it is printed, in the shell
/// of the person, and gone. What needs a whole machine (network file system, system store,
/// systemd's clock) is in the suite `testing/e2e/service`.
@Tag("slow")
class DoctorE2E {
  @TempDir static Path folder;
  private static TestHome running;
  private Path user;
  private final Map<String, String> variables = new HashMap<>();

  @BeforeAll
  static void start() throws IOException {
    running = TestHome.made(folder);
    running.must("up", "--gateway-port", "0");
  }

  @AfterAll
  static void stop() throws IOException {
    running.close();
  }

  @BeforeEach
  void enter() throws IOException {
    user = Files.createTempDirectory(folder, "user");
  }

  @Test
  void healthy_home_has_no_problem() throws Exception {
    JsonNode answer = parse(shell(running, "keymantle doctor --json"));

    assertThat(answer.get("healthy").asBoolean()).isTrue();
  }

  @Test
  void home_that_others_can_read() throws Exception {
    TestHome home = TestHome.made(folder);
    Files.setPosixFilePermissions(home.path(), PosixFilePermissions.fromString("rwxr-xr-x"));

    assertMended(home, "home-permissions");
  }

  @Test
  void home_within_a_repository() throws Exception {
    TestHome home = TestHome.made(folder);
    shell(home, "git init -q " + home.path().getParent());

    assertMended(home, "home-in-repository");
  }

  @Test
  void broker_that_does_not_run() throws Exception {
    try (TestHome home = TestHome.made(folder)) {
      assertMended(home, "broker");
    }
  }

  @Test
  void port_that_another_program_took() throws Exception {
    try (TestHome home = TestHome.made(folder)) {
      home.must("up");
      URI gateway = URI.create(home.json("status", "--json").get("gateway").stringValue());
      home.must("down");
      try (ServerSocket other =
          new ServerSocket(gateway.getPort(), 1, InetAddress.getLoopbackAddress())) {
        assertThat(other.isBound()).isTrue();
        assertMended(home, "port-gateway");
      }
    }
  }

  @Test
  void clock_behind_what_the_home_remembers() throws Exception {
    TestHome home = TestHome.made(folder);
    Files.setLastModifiedTime(
        home.path().resolve("ca.pem"), FileTime.from(Instant.now().plus(Duration.ofDays(1))));

    assertMended(home, "clock");
  }

  @ParameterizedTest
  @CsvSource({
    "ambient-secret, DEPLOY_TOKEN, 0123456789abcdef",
    "ca-node, NODE_TLS_REJECT_UNAUTHORIZED, 0",
    "ca-git, GIT_SSL_NO_VERIFY, 1",
    "ca-variable, REQUESTS_CA_BUNDLE, /nonexistent.pem"
  })
  void variable_that_harms(String check, String name, String value) throws Exception {
    variables.put(name, value);

    assertMended(running, check);
  }

  @ParameterizedTest
  @CsvSource({"http.sslVerify, false", "http.proxy, http://elsewhere:1", "http.sslBackend, gnutls"})
  void git_setting_that_harms(String key, String value) throws Exception {
    shell(running, "git config --global " + key + " " + value);

    assertMended(running, "ca-git");
  }

  @ParameterizedTest
  @ValueSource(strings = {"insecure", "-k", "proxy = http://elsewhere:1", "cacert=/tmp/x"})
  void curl_setting_that_harms(String line) throws Exception {
    Files.writeString(user.resolve(".curlrc"), "silent\n" + line + "\n");

    assertMended(running, "ca-curl");
    assertThat(Files.readString(user.resolve(".curlrc"))).isEqualTo("silent\n");
  }

  /// Sees the trouble, then runs the fix and looks again in one shell, whose variables it may
  /// change.
  private void assertMended(TestHome home, String check) throws Exception {
    JsonNode before = parse(shell(home, "keymantle doctor --json || true"));
    assertThat(level(before, check)).as(before.toString()).isIn("warning", "problem");
    String fix = "";
    for (JsonNode finding : before.get("findings")) {
      if (finding.get("check").stringValue().equals(check)
          && !finding.get("level").stringValue().equals("ok")) {
        fix = finding.get("fix").stringValue();
      }
    }

    String after = shell(home, fix + "\nkeymantle doctor --json || true");

    assertThat(level(parse(after.substring(after.indexOf("{\"healthy"))), check))
        .as("%s: %s", fix, after)
        .isIn("ok", "");
  }

  /// The worst level of a check; empty when it says nothing.
  private static String level(JsonNode answer, String check) {
    String worst = "";
    for (JsonNode finding : answer.get("findings")) {
      if (finding.get("check").stringValue().equals(check)) {
        String level = finding.get("level").stringValue();
        worst = worst.isEmpty() || worst.equals("ok") ? level : worst;
      }
    }
    return worst;
  }

  private static JsonNode parse(String text) {
    return TestHome.parse(text);
  }

  private String shell(TestHome home, String script) throws Exception {
    ProcessBuilder builder = new ProcessBuilder("/bin/sh", "-c", script).directory(user.toFile());
    Map<String, String> environment = builder.environment();
    environment.keySet().removeIf(name -> name.matches(".*(TOKEN|SECRET|KEY|PASS).*|KEYMANTLE_.*"));
    environment.putAll(
        Map.of(
            "PATH",
            TestHome.LAUNCHER.getParent() + ":" + System.getenv("PATH"),
            "HOME",
            user.toString(),
            "KEYMANTLE_HOME",
            home.path().toString()));
    environment.putAll(variables);
    Process process = builder.start();
    process.getOutputStream().close();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    String errors = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as("%s: %s%s", script, said, errors).isZero();
    return said;
  }
}
