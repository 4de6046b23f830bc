package io.keymantle.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A run outlives its broker: its token and its grants are in the store, and the gateway is found
/// again.
@Tag("slow")
class RestartE2E {
  private static final String VALUE = "ghp_e2eRestart0123456789abcdefABCDEF";
  private static final String CALL =
      "curl -sS -m 20 -H \"Authorization: Bearer $GITHUB_TOKEN\" https://"
          + Upstream.HOST
          + "/; echo;";

  @TempDir Path folder;
  private Upstream upstream;
  private TestHome home;

  @BeforeEach
  void start() throws IOException {
    upstream = Upstream.start(folder);
    home = TestHome.up(folder, upstream);
    home.addAgentWithCredential(VALUE);
  }

  @AfterEach
  void stop() throws IOException {
    home.close();
    upstream.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"always", "never"})
  void run_goes_on_after_its_broker_was_started_again(String isolate) throws Exception {
    Process run =
        run(
            isolate,
            CALL
                + " : >first; while [ ! -e gone ]; do sleep 0.05; done; "
                + CALL
                + " : >second; while [ ! -e back ]; do sleep 0.05; done; "
                + CALL);
    awaitFile("first");
    home.must("down");
    touch("gone");
    awaitFile("second");
    startAgain();
    touch("back");

    String said = new String(run.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    String errors = new String(run.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);

    assertThat(run.waitFor(120, TimeUnit.SECONDS)).isTrue();
    List<String> lines = said.lines().filter(line -> !line.isEmpty()).toList();
    String answered = "hello; you sent Bearer [redacted:github-api] and ";
    assertThat(lines.getFirst()).as(said + errors).isEqualTo(answered);
    assertThat(lines.getLast()).as(said + errors).isEqualTo(answered);
    assertThat(lines.stream().filter(answered::equals)).hasSize(2);
    // The run has ended with its agent, also in the broker that did not start it.
    assertThat(home.json("grant", "list", "--json").toString())
        .doesNotContain("\"state\":\"live\"");
  }

  @Test
  void run_that_ends_while_no_broker_runs_says_how_to_end_its_tokens() throws Exception {
    Process run = run("always", ": >first; while [ ! -e gone ]; do sleep 0.05; done");
    awaitFile("first");
    home.must("down");
    touch("gone");

    String errors = new String(run.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);

    assertThat(errors).contains("fix: keymantle up && keymantle grant revoke --agent main");
    startAgain();
    home.must("grant", "revoke", "--agent", "main");
    assertThat(home.json("grant", "list", "--json").toString())
        .doesNotContain("\"state\":\"live\"");
  }

  /// On the port of last time, as `up` does by itself.
  private void startAgain() {
    List<String> arguments = new ArrayList<>(List.of("up"));
    arguments.addAll(upstream.upOptions());
    home.must(arguments.toArray(String[]::new));
  }

  private Process run(String isolate, String script) throws IOException {
    return home.start(
        "run",
        "--agent",
        "main",
        "--isolate",
        isolate,
        "--credential",
        "github-api=GITHUB_TOKEN",
        "--",
        "sh",
        "-c",
        script);
  }

  private void awaitFile(String name) throws IOException {
    Path file = home.workspace().resolve(name);
    await().atMost(Duration.ofSeconds(120)).until(() -> Files.exists(file));
  }

  private void touch(String name) throws IOException {
    Files.createFile(home.workspace().resolve(name));
  }
}
