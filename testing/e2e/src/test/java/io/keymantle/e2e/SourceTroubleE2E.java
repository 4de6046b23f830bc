package io.keymantle.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.keymantle.demo.KeymantleCommand;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// The built program while a source of values is in trouble: what uses it is told so, and
/// everything else goes on as ever.
@Tag("slow")
class SourceTroubleE2E {
  private static final String STORED = "ghp_stored0123456789abcdefghijklmno";
  private static final String FIRST = "hvs_first0123456789abcdefghijklmnop";
  private static final String SECOND = "hvs_second123456789abcdefghijklmnop";

  @TempDir Path folder;
  private Upstream upstream;
  private UnrulyVault vault;
  private TestHome home;
  private GatewayAgent agent;

  @BeforeEach
  void start() throws IOException {
    upstream = Upstream.start(folder);
    vault = UnrulyVault.start(FIRST);
    home = TestHome.up(folder, upstream);
    agent = GatewayAgent.add(home, "main");
    home.mustWithInput(
        STORED, "credential", "add", "stored", "--destination", destination(), "--agents", "main");
    home.mustWithInput("hvs.login", "credential", "add", "vault-token");
    connect();
    home.must(
        "credential",
        "add",
        "remote",
        "--source",
        "vault:secret/app#token",
        "--destination",
        destination(),
        "--agents",
        "main");
  }

  private static String destination() {
    return "https://" + Upstream.HOST;
  }

  private void connect(String... settings) {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "source",
                "set",
                "vault",
                "--login",
                "token=vault-token",
                "--setting",
                "address=" + vault.address()));
    for (String setting : settings) {
      arguments.addAll(List.of("--setting", setting));
    }
    home.must(arguments.toArray(String[]::new));
  }

  @AfterEach
  void stop() throws IOException {
    String entries = home.must("ledger", "export", "--format", "json").output();
    assertThat(entries).doesNotContain(STORED, FIRST, SECOND, "hvs.login");
    home.close();
    vault.close();
    upstream.close();
  }

  private JsonNode health() {
    for (JsonNode each : home.json("source", "list", "--json").get("sources")) {
      if (each.get("name").stringValue().equals("vault")) {
        return each;
      }
    }
    throw new AssertionError("there is no source vault");
  }

  private void assertServed(ProxyConnection.Reply reply, String value) {
    assertThat(reply.status()).as(reply.text()).isEqualTo(200);
    assertThat(reply.text()).doesNotContain(value);
    assertThat(upstream.received().getLast().authorization()).isEqualTo("Bearer " + value);
  }

  private void assertRefused(ProxyConnection.Reply reply, String code) {
    assertThat(reply.text()).contains("\"code\":\"" + code + "\"").contains("\"fix\":");
    assertThat(reply.text()).doesNotContain(FIRST, "canary");
  }

  @Test
  void value_isReadOnce_andUsesWithinTheGrantAskNobody() throws IOException {
    String token = agent.token("remote");

    for (int i = 0; i < 40; i++) {
      assertServed(agent.use(token), FIRST);
    }

    assertThat(vault.reads()).isEqualTo(1);
    assertThat(health().get("reads").longValue()).isEqualTo(1);
  }

  @Test
  void hangingSource_holdsUpNobodyElse_andIsToldOfInTime() throws Exception {
    vault.be((exchange, _) -> vault.hang(exchange));
    String remote = agent.token("remote");
    String stored = agent.token("stored");
    List<Future<ProxyConnection.Reply>> waiting = new ArrayList<>();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < 32; i++) {
        waiting.add(threads.submit(() -> agent.use(remote)));
      }
      await().until(() -> vault.reads() > 0);

      try (GatewayAgent.Line line = agent.open()) {
        for (int i = 0; i < 100; i++) {
          line.millis(stored);
        }
      }
      assertServed(agent.use(stored), STORED);

      assertThat(waiting).as("uses that still wait for the source").noneMatch(Future::isDone);
      for (Future<ProxyConnection.Reply> each : waiting) {
        assertRefused(each.get(), "source_timeout");
      }
    }
    assertThat(vault.reads()).as("tries of one read for all who wait").isBetween(1, 3);
  }

  @Test
  void throttledAndFlappingSource_isAskedAgain_andServes() throws IOException {
    String throttled = "{\"errors\":[\"rate limit quota exceeded: canary\"]}";
    vault.be((exchange, read) -> {
      if (read < 3) {
        UnrulyVault.refuse(exchange, read == 1 ? 429 : 500, "application/json", throttled);
      } else {
        vault.fine(exchange);
      }
    });

    assertServed(agent.use(agent.token("remote")), FIRST);
    assertThat(vault.reads()).isEqualTo(3);
  }

  @Test
  void failingSource_isLeftAlone_andServesAgainOnceItIsWell() throws IOException {
    vault.be((exchange, _) ->
        UnrulyVault.refuse(exchange, 500, "application/json", "{\"errors\":[\"canary\"]}"));
    String token = agent.token("remote");
    for (int i = 0; i < 3; i++) {
      assertRefused(agent.use(token), "source_unavailable");
    }
    int asked = vault.reads();
    assertRefused(agent.use(token), "source_unavailable");
    assertThat(vault.reads()).as("calls while it rests").isEqualTo(asked);
    assertThat(health().get("resting").booleanValue()).isTrue();
    assertThat(health().get("lastFailure").stringValue()).isEqualTo("source_unavailable");

    vault.beFine();

    await()
        .atMost(Duration.ofSeconds(30))
        .pollInterval(Duration.ofSeconds(1))
        .untilAsserted(() -> assertServed(agent.use(token), FIRST));
    assertThat(health().get("resting").booleanValue()).isFalse();
  }

  @Test
  void pageInPlaceOfAnAnswer_isToldAsSuch_andNotRepeated() throws IOException {
    vault.be((exchange, _) ->
        UnrulyVault.refuse(exchange, 200, "text/html", "<html>canary: log in here</html>"));

    assertRefused(agent.use(agent.token("remote")), "source_malformed");
    assertThat(vault.reads()).isEqualTo(1);
  }

  @Test
  void value_isNotKeptPastItsTtl_andTheLedgerHasBothVersions() throws IOException {
    connect("ttl=1s");
    String token = agent.token("remote");
    assertServed(agent.use(token), FIRST);
    long read = vault.lastReadAt();
    vault.put(SECOND);

    await()
        .atMost(Duration.ofSeconds(20))
        .until(() -> {
          long begun = System.nanoTime();
          assertThat(agent.use(token).status()).isEqualTo(200);
          boolean first = upstream.received().getLast().authorization().equals("Bearer " + FIRST);
          if (first) {
            assertThat(begun - read)
                .as("age of the value at a use")
                .isLessThan(Duration.ofMillis(1200).toNanos());
          }
          return !first;
        });

    assertThat(upstream.received().getLast().authorization()).isEqualTo("Bearer " + SECOND);
    assertThat(home.must("ledger", "export", "--format", "json").output())
        .contains("\"version\":\"1\"")
        .contains("\"version\":\"2\"");
  }

  @Test
  void revokedGrant_takesTheValueAlong_soTheNextGrantReadsAnew() throws IOException {
    assertServed(agent.use(agent.token("remote")), FIRST);
    vault.put(SECOND);
    home.must("grant", "revoke", "--credential", "remote");

    assertServed(agent.use(agent.token("remote")), SECOND);
    assertThat(vault.reads()).isEqualTo(2);
  }

  @Test
  void secretsOfAVault_areMovedIn_afterARehearsalOfTheirNames_andServeWithoutIt()
      throws IOException {
    KeymantleCommand.Result rehearsal =
        home.run("credential", "import", "--from", "vault", "secret/", "--dry-run");
    assertThat(rehearsal.output())
        .contains("would import app-token from vault:secret/app#token")
        .doesNotContain(FIRST);
    assertThat(home.must("credential", "list").output()).doesNotContain("app-token");

    home.must(
        "credential",
        "import",
        "--from",
        "vault",
        "secret/",
        "--agents",
        "main",
        "--destination",
        destination());
    vault.be((exchange, _) -> UnrulyVault.refuse(exchange, 500, "text/plain", "gone"));

    assertServed(agent.use(agent.token("app-token")), FIRST);
  }
}
