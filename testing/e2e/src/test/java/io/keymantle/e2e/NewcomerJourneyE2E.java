package io.keymantle.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.keymantle.demo.KeymantleCommand.Result;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// What the README promises a newcomer, in its order.
class NewcomerJourneyE2E {
  private static final String VALUE = "ghp_e2eJourney0123456789abcdefABCDEF";
  private static final String URL = "https://" + Upstream.HOST + "/";

  @TempDir static Path folder;
  private static Upstream upstream;
  private static TestHome home;
  private static String agentToken;

  @BeforeAll
  static void start() throws IOException {
    upstream = Upstream.start(folder);
    home = TestHome.up(folder, upstream);
    agentToken = home.addAgentWithCredential(VALUE);
  }

  @AfterAll
  static void stop() throws IOException {
    home.close();
    upstream.close();
  }

  @Test
  void agent_reaches_its_service_with_a_credential_it_never_sees() throws IOException {
    int before = upstream.received().size();

    Result run = run("env; curl -sS -H \"Authorization: Bearer $GITHUB_TOKEN\" " + URL + "repos");

    assertThat(run.status()).as(run.all()).isZero();
    assertThat(run.output())
        .contains("hello; you sent Bearer [redacted:github-api]")
        .contains("GITHUB_TOKEN=kmt_")
        .doesNotContain(VALUE);
    assertThat(upstream.receivedAfter(before))
        .singleElement()
        .satisfies(request -> assertThat(request.authorization()).isEqualTo("Bearer " + VALUE));
  }

  @Test
  void what_would_let_an_agent_log_in_as_a_person_is_kept_from_it() throws IOException {
    String password = "never for an agent 42";
    String secret = "bm90IGZvciBhbiBhZ2VudCBldmVyLCBhdCBhbGwsIHJlYWxseQ";
    Map<String, String> caller =
        Map.of("KEYMANTLE_BOOTSTRAP_OWNER_PASSWORD", password, "KEYMANTLE_SESSION_SECRET", secret);

    Result run = home.runWith(caller, "run", "--agent", "main", "--", "sh", "-c", "env; echo ran");

    assertThat(run.output()).contains("ran").doesNotContain(password).doesNotContain(secret);
    assertThat(run.errors()).contains("KEYMANTLE_BOOTSTRAP_OWNER_PASSWORD");
  }

  @Test
  void status_tells_where_everything_is() {
    JsonNode status = home.json("status", "--json");

    assertThat(status.get("api").asString()).startsWith("http://127.0.0.1:");
    assertThat(status.get("gateway").asString()).startsWith("http://127.0.0.1:");
    assertThat(Path.of(status.get("ca").asString()))
        .content()
        .startsWith("-----BEGIN CERTIFICATE-----");
    assertThat(ProcessHandle.of(status.get("pid").asLong())).isPresent();
    assertThat(status.get("version").asString()).isEqualTo("0.1.0");
    assertThat(status.get("sealed").asBoolean()).isFalse();
  }

  @Test
  void home_is_private_and_made_once() throws IOException {
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(home.path())))
        .isEqualTo("rwx------");
    Result again = home.run("init");
    assertThat(again.status()).isEqualTo(1);
    assertThat(again.errors()).contains("already_exists").doesNotContain("Exception");
  }

  @Test
  void revoking_everything_ends_the_token_at_once() throws IOException {
    String api = home.json("status", "--json").get("api").asString();
    var asAgent = Map.of("KEYMANTLE_AGENT_TOKEN", agentToken, "KEYMANTLE_API", api);
    String token =
        TestHome.parse(home.runWith(asAgent, "request", "github-api", "--json").output())
            .get("bare")
            .asString();
    assertThat(home.mustWithInput(token, "grant", "validate", "-").status()).isZero();

    home.must("grant", "revoke", "--all");

    Result validation = home.withInput(token, "grant", "validate", "-");
    assertThat(validation.status()).isEqualTo(1);
    assertThat(validation.all()).contains("grant_revoked");
  }

  @Test
  void every_step_stands_in_a_ledger_that_verifies() throws IOException {
    int before = entries().size();
    run("curl -sS -H \"Authorization: Bearer $GITHUB_TOKEN\" " + URL);

    List<String> entries = entries();

    assertThat(String.join("\n", entries))
        .contains("\"credential\"", "https://" + Upstream.HOST)
        .doesNotContain(VALUE);
    assertThat(String.join("\n", entries.subList(before, entries.size())))
        .contains("\"grant\"", "\"redemption\"", "https://" + Upstream.HOST);
    assertThat(home.must("ledger", "verify").output()).contains("ledger ok");
  }

  private static List<String> entries() {
    return home.must("ledger", "export", "--format", "json").output().lines().toList();
  }

  private static Result run(String script) throws IOException {
    return home.run(
        "run",
        "--agent",
        "main",
        "--credential",
        "github-api=GITHUB_TOKEN",
        "--",
        "sh",
        "-c",
        script);
  }
}
