package io.keymantle.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.keymantle.demo.KeymantleCommand.Result;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// A home of every kind of thing, backed up and restored elsewhere.
class BackupE2E {
  private static final String FIRST = "ghp_backupFirst0123456789abcdef";
  private static final String ROTATED = "ghp_backupRotated0123456789abcdef";
  private static final String COMMAND = "pw-backupCommand-0123456789";

  /// Every source, both kinds of binding, and rules beside the defaults.
  private static final String IMPORTED =
      """
      {
        credentials: {
          "from-env": { allowedAgents: ["main", "other"], source: "env:PATH",
            bindings: [{ destination: "https://env.example", inject: "always",
              format: "basic:me" }] },
          "from-file": { allowedAgents: ["main"], source: "file:FOLDER/values.json#/a/b", uses: 3,
            bindings: [{ destination: "https://file.example:8443", methods: ["GET", "POST"],
              paths: ["/repos/**"], surface: "query:key", maxOccurrences: 2,
              addresses: ["10.0.0.0/8"], capture: ["/access_token"] }] },
          "from-command": { allowedAgents: ["main"], source: "exec:/bin/echo a value",
            bindings: [{ destination: "http://exec.example", surface: "form:key" }] },
          "unbound": { allowedAgents: ["main"], requireTotp: true, expiresAfter: "5m" }
        }
      }
      """;

  @TempDir static Path shared;
  private static TestHome home;
  private static String agentToken;
  private static final List<String> TOKENS = new ArrayList<>();

  /// Of each case: its backup, and the home that it makes of it.
  @TempDir Path folder;

  private Path backup;

  @BeforeAll
  static void make() throws IOException {
    home = TestHome.made(shared);
    home.must("up");
    agentToken = home.json("agent", "add", "main", "--json").get("token").asString();
    home.must("agent", "add", "other", "--egress", "open", "--allow", "https://more.example");
    home.must("agent", "add", "gone");
    home.must("agent", "revoke", "gone");
    home.mustWithInput(
        FIRST,
        "credential",
        "add",
        "github-api",
        "--destination",
        "https://api.example",
        "--agents",
        "main,other");
    home.mustWithInput(ROTATED, "credential", "rotate", "github-api");
    home.mustWithInput(
        COMMAND,
        "credential",
        "add",
        "db",
        "--command",
        "/usr/bin/id",
        "--argument=-u",
        "--deliver",
        "env:PGPASSWORD",
        "--pass-variable",
        "LANG",
        "--agents",
        "main");
    Files.writeString(
        shared.resolve("values.json"), "{\"a\":{\"b\":\"pw-backupFile-0123456789\"}}");
    home.mustWithInput(
        IMPORTED.replace("FOLDER", shared.toRealPath().toString()), "credential", "import", "-");
    for (String agent : List.of("main", "main", "other")) {
      TOKENS.add(
          home.json("request", "github-api", "--agent", agent, "--json").get("bare").asString());
    }
    String revoked =
        home.json("request", "db", "--agent", "main", "--json").get("grant").asString();
    home.must("grant", "revoke", revoked);
  }

  @AfterAll
  static void stop() throws IOException {
    home.close();
  }

  @BeforeEach
  void name() {
    backup = folder.resolve("home.backup");
  }

  @Test
  void everything_isThereInAnotherHome_andEveryEarlierTokenIsDead() throws IOException {
    String before = dump(home);
    String ledger = home.must("ledger", "export").output();
    home.must("backup", backup.toString());

    try (TestHome restored = restored(home.path().resolve("keys/key"))) {
      assertThat(dump(restored)).isEqualTo(before);
      assertValues(restored);
      assertThat(restored.must("ledger", "verify").output()).contains("ledger ok");
      assertThat(restored.must("ledger", "export").output())
          .startsWith(ledger)
          .contains("\"verb\":\"backup\"", "\"verb\":\"restore\"");
      assertTokensAreDead(restored);
      assertAgentMayAskAgain(restored);
    }
  }

  @Test
  void homeAfterRekey_roundTripsToo() throws IOException {
    String before = dump(home);
    home.must("down");
    try {
      home.must("rekey");
      home.must("backup", backup.toString());
    } finally {
      home.must("up");
    }

    try (TestHome restored = restored(home.path().resolve("keys/key"))) {
      assertThat(dump(restored)).isEqualTo(before);
      assertValues(restored);
      assertTokensAreDead(restored);
      assertThat(restored.must("ledger", "verify").output()).contains("ledger ok");
    }
  }

  @Test
  void backupThatIsCutChangedOrOfAnotherKey_isRefused_andLeavesNothing() throws IOException {
    home.must("backup", backup.toString());
    byte[] whole = Files.readAllBytes(backup);
    Path key = Files.copy(home.path().resolve("keys/key"), folder.resolve("saved.key"));
    TestHome target = TestHome.none(folder);
    target.workspace();
    List<Path> before = everythingBelow(folder);

    for (int length : new int[] {0, 1, 8, 100, 400, whole.length / 2, whole.length - 1}) {
      Files.write(backup, Arrays.copyOf(whole, length));
      assertRefused(target, key, "backup_damaged");
    }
    for (int at : new int[] {0, 9, 20, 150, whole.length / 2, whole.length - 1}) {
      byte[] changed = whole.clone();
      changed[at] ^= 1;
      Files.write(backup, changed);
      assertRefused(target, key, "backup_damaged", "schema_newer", "wrong_key");
    }
    Files.write(backup, whole);
    byte[] other = Files.readAllBytes(key);
    other[0] ^= 1;
    Files.write(key, other);
    assertRefused(target, key, "wrong_key");

    assertThat(everythingBelow(folder)).isEqualTo(before);
  }

  private void assertRefused(TestHome target, Path key, String... codes) throws IOException {
    Result result = target.run("restore", backup.toString(), "--key-file", key.toString());

    assertThat(result.status()).as(result.all()).isEqualTo(1);
    assertThat(result.errors()).containsAnyOf(codes).contains("fix:");
    assertThat(result.errors().lines()).hasSize(1);
    assertThat(target.path()).doesNotExist();
  }

  private TestHome restored(Path key) throws IOException {
    TestHome target = TestHome.none(folder);
    target.must("restore", backup.toString(), "--key-file", key.toString());
    target.must("up");
    return target;
  }

  /// All that can be asked about, with the state of grants left out: a restore ends them.
  private static String dump(TestHome home) {
    JsonNode grants = home.json("grant", "list", "--json").get("grants");
    for (JsonNode grant : grants) {
      ((ObjectNode) grant).remove(List.of("state", "revokedAt"));
    }
    return String.join(
        "\n",
        home.must("credential", "list", "--json").output(),
        home.must("agent", "list", "--json").output(),
        grants.toPrettyString());
  }

  /// A value that is masked was decrypted.
  private static void assertValues(TestHome home) {
    String masked = home.mustWithInput(ROTATED + " " + COMMAND, "redact").output();
    assertThat(masked).isEqualTo("[redacted:github-api] [redacted:db]");
  }

  private void assertTokensAreDead(TestHome home) throws IOException {
    for (String token : TOKENS) {
      Result validation = home.run("grant", "validate", token, "--json");
      assertThat(validation.status()).isEqualTo(1);
      assertThat(validation.output()).contains("grant_revoked");
    }
    for (JsonNode grant : home.json("grant", "list", "--json").get("grants")) {
      assertThat(grant.get("state").asString()).isIn("revoked", "expired");
    }
  }

  /// An agent is no grant: it goes on with the token that it has.
  private void assertAgentMayAskAgain(TestHome home) throws IOException {
    Result request =
        home.runWith(Map.of("KEYMANTLE_AGENT_TOKEN", agentToken), "request", "github-api");
    assertThat(request.output()).as(request.all()).startsWith("kmt_");
  }

  private static List<Path> everythingBelow(Path folder) throws IOException {
    try (var files = Files.walk(folder)) {
      return files.filter(file -> !file.toString().contains("/run")).sorted().toList();
    }
  }
}
