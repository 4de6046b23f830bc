package io.keymantle.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.keymantle.demo.KeymantleCommand.Result;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// What the README promises a newcomer, in its order.
class NewcomerJourneyE2E {
  private static final String VALUE = "ghp_e2eJourney0123456789abcdefABCDEF";

  @TempDir Path folder;

  @Test
  void agent_reaches_its_service_with_a_credential_it_never_sees() throws IOException {
    try (Upstream upstream = Upstream.start(folder);
        TestHome home = TestHome.up(folder, upstream)) {
      home.mustWithInput(
          VALUE,
          "credential",
          "add",
          "github-api",
          "--destination",
          "https://" + Upstream.HOST,
          "--agents",
          "main");
      home.must("agent", "add", "main");

      Result run =
          home.run(
              "run",
              "--agent",
              "main",
              "--credential",
              "github-api=GITHUB_TOKEN",
              "--",
              "sh",
              "-c",
              "env; curl -sS -H \"Authorization: Bearer $GITHUB_TOKEN\" https://"
                  + Upstream.HOST
                  + "/repos");

      assertThat(run.status()).as(run.all()).isZero();
      assertThat(run.output())
          .contains("hello; you sent Bearer [redacted:github-api]")
          .contains("GITHUB_TOKEN=kmt_")
          .doesNotContain(VALUE);
      assertThat(upstream.received())
          .singleElement()
          .satisfies(request -> assertThat(request.authorization()).isEqualTo("Bearer " + VALUE));
    }
  }

  @Test
  void status_tells_where_everything_is() throws IOException {
    try (Upstream upstream = Upstream.start(folder);
        TestHome home = TestHome.up(folder, upstream)) {
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
  }

  @Test
  void home_is_private_and_made_once() throws IOException {
    TestHome home = TestHome.made(folder);

    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(home.path())))
        .isEqualTo("rwx------");
    Result again = home.run("init");
    assertThat(again.status()).isEqualTo(1);
    assertThat(again.errors()).contains("already_exists").doesNotContain("Exception");
  }

  @Test
  void revoking_everything_ends_the_token_at_once() throws IOException {
    try (Upstream upstream = Upstream.start(folder);
        TestHome home = TestHome.up(folder, upstream)) {
      home.mustWithInput(
          VALUE,
          "credential",
          "add",
          "github-api",
          "--destination",
          "https://" + Upstream.HOST,
          "--agents",
          "main");
      String agentToken = home.json("agent", "add", "main", "--json").get("token").asString();
      String api = home.json("status", "--json").get("api").asString();
      var asAgent = java.util.Map.of("KEYMANTLE_AGENT_TOKEN", agentToken, "KEYMANTLE_API", api);
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
  }

  @Test
  void every_step_stands_in_a_ledger_that_verifies() throws IOException {
    try (Upstream upstream = Upstream.start(folder);
        TestHome home = TestHome.up(folder, upstream)) {
      home.mustWithInput(
          VALUE,
          "credential",
          "add",
          "github-api",
          "--destination",
          "https://" + Upstream.HOST,
          "--agents",
          "main");
      home.must("agent", "add", "main");
      home.run(
          "run",
          "--agent",
          "main",
          "--credential",
          "github-api=T",
          "--",
          "sh",
          "-c",
          "curl -sS -H \"Authorization: Bearer $T\" https://" + Upstream.HOST + "/");

      String entries = home.must("ledger", "export", "--format", "json").output();

      assertThat(entries)
          .contains("\"credential\"", "\"grant\"", "\"redemption\"", "https://" + Upstream.HOST)
          .doesNotContain(VALUE);
      assertThat(home.must("ledger", "verify").output()).contains("ledger ok");
    }
  }
}
