package io.keymantle.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.keymantle.demo.KeymantleCommand.Result;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// People in the loop, with the real command line, curl and codes of `oathtool`: reads pass, writes
/// wait, and a person's code lets exactly one of them through.
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ApprovalE2E {
  private static final String VALUE = "ghp_e2eApproval0123456789abcdefABCDE";
  private static final String URL = "https://" + Upstream.HOST + "/repos/acme/site/issues";

  @TempDir static Path folder;
  private static Upstream upstream;
  private static TestHome home;
  private static String agentToken;
  private static String token;
  private static Authenticator phone;

  @BeforeAll
  static void start() throws Exception {
    upstream = Upstream.start(folder);
    home = TestHome.up(folder, upstream);
    agentToken = home.addAgentWithCredential(VALUE);
    JsonNode enrolled = home.json("totp", "enroll", "--json", "--show");
    phone = new Authenticator(enrolled.get("secret").asString());
    home.mustWithInput(phone.fresh(), "totp", "confirm", "--json", "--show");
    home.must(
        "credential",
        "set",
        "github-api",
        "--approve-by",
        "totp",
        "--ask-methods",
        "POST,DELETE",
        "--hold",
        "2m");
    token = home.json("request", "github-api", "--agent", "main", "--json").get("bare").asString();
  }

  @AfterAll
  static void stop() throws IOException {
    home.close();
    upstream.close();
  }

  private static String proxy() {
    String gateway = home.json("status", "--json").get("gateway").asString();
    return gateway.replace("http://", "http://agent:" + agentToken + "@");
  }

  private static Process curl(String... more) throws IOException {
    List<String> command =
        new ArrayList<>(
            List.of(
                "curl",
                "-sS",
                "--max-time",
                "100",
                "--cacert",
                home.path().resolve("ca.pem").toString(),
                "-x",
                proxy(),
                "-H",
                "Authorization: Bearer " + token));
    command.addAll(List.of(more));
    command.add(URL);
    return new ProcessBuilder(command).redirectErrorStream(true).start();
  }

  private static String end(Process process) throws Exception {
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    return output;
  }

  private static JsonNode question() {
    await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> home.json("approval", "list", "--json").get("approvals").size() == 1);
    return home.json("approval", "list", "--json").get("approvals").get(0);
  }

  @Test
  @Order(1)
  void read_passes_without_asking_anybody() throws Exception {
    assertThat(end(curl())).contains("hello; you sent Bearer [redacted:github-api]");
    assertThat(home.json("approval", "list", "--all", "--json").get("approvals").isEmpty())
        .isTrue();
  }

  /// The rule asks at POST and DELETE; the binding allows every method.
  @Test
  @Order(1)
  void read_that_asks_the_service_to_take_it_for_a_write_is_refused() throws Exception {
    int before = upstream.received().size();

    for (String name :
        List.of(
            "X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override", "X_Method_Override")) {
      assertThat(end(curl("-H", name + ": DELETE"))).as(name).contains("method_not_allowed");
    }
    assertThat(upstream.receivedAfter(before)).isEmpty();
  }

  @Test
  @Order(2)
  void write_is_held_until_a_person_gives_a_code() throws Exception {
    int before = upstream.received().size();
    Process held = curl("-d", "{\"title\":\"open the bug\"}");
    JsonNode question = question();

    assertThat(question.get("summary").asString())
        .isEqualTo(
            "POST "
                + Upstream.HOST
                + " /repos/acme/site/issues — 24 bytes — github-api — agent main");
    assertThat(upstream.receivedAfter(before)).isEmpty();
    assertThat(held.isAlive()).isTrue();

    Result approved =
        home.withInput(phone.fresh(), "approval", "approve", question.get("id").asString());

    assertThat(approved.status()).as(approved.all()).isZero();
    assertThat(end(held)).contains("hello; you sent Bearer [redacted:github-api]");
    assertThat(upstream.receivedAfter(before))
        .singleElement()
        .satisfies(received -> {
          assertThat(received.authorization()).isEqualTo("Bearer " + VALUE);
          assertThat(received.body()).isEqualTo("{\"title\":\"open the bug\"}");
        });
  }

  @Test
  @Order(3)
  void no_refuses_the_write() throws Exception {
    int before = upstream.received().size();
    Process held = curl("-X", "DELETE");
    String id = question().get("id").asString();

    home.must("approval", "deny", id, "--reason", "not today");

    assertThat(end(held)).contains("approval_denied", id).doesNotContain("not today");
    assertThat(upstream.receivedAfter(before)).isEmpty();
  }

  @Test
  @Order(4)
  void agent_that_does_not_wait_is_told_at_once_and_goes_on_under_the_same_approval()
      throws Exception {
    String[] write = {"-d", "later", "-H", "Prefer: respond-async"};
    String told = end(curl(write));
    String id = question().get("id").asString();
    assertThat(told).contains("approval_required", id);

    home.mustWithInput(phone.fresh(), "approval", "approve", id);

    assertThat(end(curl(write))).contains("hello; you sent");
    assertThat(end(curl(write))).contains("approval_required").doesNotContain(id);
    home.must("approval", "deny", question().get("id").asString());
  }

  @Test
  @Order(4)
  void question_shows_the_header_fields_and_others_are_another_question() throws Exception {
    int before = upstream.received().size();
    String[] write = {
      "-d", "as whom", "-H", "Impersonate-User: bot", "-H", "Prefer: respond-async"
    };
    end(curl(write));
    JsonNode question = question();
    String id = question.get("id").asString();
    assertThat(question.get("headers").toString()).contains("\"impersonate-user: bot\"");
    assertThat(home.must("approval", "show", id).output()).contains("impersonate-user: bot");

    write[3] = "Impersonate-User: system:admin";
    assertThat(end(curl(write))).contains("approval_required").doesNotContain(id);
    assertThat(upstream.receivedAfter(before)).isEmpty();
    home.json("approval", "list", "--json")
        .get("approvals")
        .forEach(each -> home.must("approval", "deny", each.get("id").asString()));
  }

  @Test
  @Order(5)
  void agents_own_try_to_answer_is_refused_everywhere() throws Exception {
    end(curl("-d", "mine", "-H", "Prefer: respond-async"));
    String id = question().get("id").asString();
    String api = home.json("status", "--json").get("api").asString();
    var asAgent = Map.of("KEYMANTLE_AGENT_TOKEN", agentToken, "KEYMANTLE_API", api);

    Result asked = home.runWith(asAgent, "approval", "approve", id);
    assertThat(asked.status()).isEqualTo(1);
    assertThat(asked.all()).contains("forbidden");

    Process direct =
        new ProcessBuilder(
                "curl",
                "-sS",
                "-X",
                "POST",
                "-H",
                "Authorization: Bearer " + agentToken,
                "-d",
                "{\"decision\":\"approve\",\"code\":\"000000\"}",
                api + "/v1/approvals/" + id + "/votes")
            .redirectErrorStream(true)
            .start();
    assertThat(end(direct)).contains("not_found");

    Process atAdmin =
        new ProcessBuilder(
                "curl",
                "-sS",
                "--unix-socket",
                home.path().resolve("run/admin.sock").toString(),
                "-H",
                "Authorization: Bearer " + agentToken,
                "-d",
                "{\"decision\":\"approve\",\"code\":\"000000\"}",
                "http://keymantle/v1/approvals/" + id + "/votes")
            .redirectErrorStream(true)
            .start();
    assertThat(end(atAdmin)).contains("forbidden");
    home.must("approval", "deny", id);
  }

  @Test
  @Order(6)
  void grant_that_needs_a_code_is_waited_for_in_run() throws Exception {
    home.must("credential", "set", "github-api", "--require-totp");
    Process run =
        home.start(
            "run",
            "--agent",
            "main",
            "--credential",
            "github-api=TOKEN",
            "--",
            "sh",
            "-c",
            "echo started with ${TOKEN%%_*}");
    JsonNode question = question();
    assertThat(question.get("kind").asString()).isEqualTo("grant");

    home.mustWithInput(phone.fresh(), "approval", "approve", question.get("id").asString());

    assertThat(end(run)).contains("started with kmt");
  }

  @Test
  @Order(7)
  void rule_is_not_taken_away_without_the_yes_that_it_asks_for() throws Exception {
    String rules = home.must("credential", "show", "github-api", "--json").output();
    String[] freed = {"credential", "set", "github-api", "--no-approval", "--no-require-totp"};
    Result refused = home.run(with(freed, "--wait", "0s"));
    assertThat(refused.status()).isEqualTo(1);
    assertThat(refused.all()).contains("approval_required");
    assertThat(home.must("credential", "show", "github-api", "--json").output()).isEqualTo(rules);

    Process set = home.start(freed);
    JsonNode question = question();
    assertThat(question.get("summary").asString())
        .isEqualTo("change github-api (requireTotp, approval) — person owner");
    String id = question.get("id").asString();
    assertThat(home.must("approval", "show", id).output())
        .contains("owner wants to change the rules of github-api", "requireTotp: true → false");
    home.mustWithInput(phone.fresh(), "approval", "approve", id);

    assertThat(end(set)).contains("changed github-api");
    assertThat(home.must("credential", "show", "github-api", "--json").output())
        .contains("\"requireTotp\":false");
  }

  private static String[] with(String[] arguments, String... more) {
    return Stream.of(arguments, more).flatMap(Stream::of).toArray(String[]::new);
  }

  @Test
  @Order(8)
  void ledger_has_the_yes_before_every_use_and_no_code() throws Exception {
    List<String> lines =
        home.must("ledger", "export", "--format", "json").output().lines().toList();
    String all = String.join("\n", lines);

    assertThat(all).contains("\"verb\":\"approve\"", "\"verb\":\"consume\"", "\"digest\":\"");
    int yes = index(lines, "\"verb\":\"approve\"", 0);
    int consumed = index(lines, "\"verb\":\"consume\"", yes);
    assertThat(index(lines, "\"redemption\"", consumed)).isGreaterThan(consumed);
    assertThat(all).doesNotContain(phone.secret()).doesNotContain(VALUE);
    assertThat(home.must("ledger", "verify").output()).contains("ledger ok");
    for (String file : List.of("keymantle.db", "logs")) {
      assertThat(Files.exists(home.path().resolve(file))).isTrue();
    }
  }

  private static int index(List<String> lines, String part, int from) {
    for (int i = from; i < lines.size(); i++) {
      if (lines.get(i).contains(part)) {
        return i;
      }
    }
    throw new AssertionError(part + " is not in the ledger after " + from);
  }
}
