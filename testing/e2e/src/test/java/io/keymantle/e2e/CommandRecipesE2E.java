package io.keymantle.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.keymantle.demo.KeymantleCommand;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The recipes of docs/sources/commands.md, with the real password managers.
@Tag("slow")
class CommandRecipesE2E {
  private static final String VALUE = "ghp_recipe0123456789abcdefghijklmnop";

  /// GnuPG's sockets need a short path.
  @TempDir Path folder;

  private Upstream upstream;
  private TestHome home;

  @BeforeEach
  void start() throws IOException {
    upstream = Upstream.start(folder);
    home = TestHome.made(folder);
  }

  @AfterEach
  void stop() throws IOException, InterruptedException {
    home.close();
    upstream.close();
    run("gpgconf --kill all");
  }

  /// Runs a script as the broker's user, whose HOME is the folder.
  private void run(String script) throws IOException, InterruptedException {
    ProcessBuilder builder = new ProcessBuilder("sh", "-euc", script).redirectErrorStream(true);
    builder.environment().put("HOME", folder.toString());
    Process process = builder.start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(said).isZero();
  }

  private void assertServes(String source) throws IOException {
    List<String> up = new ArrayList<>(List.of("up", "--gateway-port", "0"));
    up.addAll(upstream.upOptions());
    KeymantleCommand.Result started =
        home.runWith(Map.of("HOME", folder.toString()), up.toArray(String[]::new));
    assertThat(started.status()).as(started.errors()).isZero();
    home.must(
        "credential",
        "add",
        "github-api",
        "--source",
        source,
        "--destination",
        "https://" + Upstream.HOST,
        "--agents",
        "main");
    GatewayAgent agent = GatewayAgent.add(home, "main");

    ProxyConnection.Reply reply = agent.use(agent.token("github-api"));

    assertThat(reply.status()).as(reply.text()).isEqualTo(200);
    assertThat(reply.text()).doesNotContain(VALUE);
    assertThat(upstream.received().getLast().authorization()).isEqualTo("Bearer " + VALUE);
  }

  @Test
  void pass() throws Exception {
    run(
        "mkdir -m 700 $HOME/.gnupg; gpg --batch --quiet --pinentry-mode loopback --passphrase ''"
            + " --quick-gen-key agent@example.test default default; pass init agent@example.test;"
            + " printf '%s\\n' "
            + VALUE
            + " | pass insert -m agents/github");

    assertServes("exec:/usr/bin/pass show agents/github");
  }

  @Test
  void gitHubCommandLine() throws Exception {
    Files.createDirectories(folder.resolve(".config/gh"));
    Files.writeString(
        folder.resolve(".config/gh/hosts.yml"),
        "github.com:\n    user: bot\n    oauth_token: " + VALUE + "\n    git_protocol: https\n");

    assertServes("exec:/usr/bin/gh auth token");
  }
}
