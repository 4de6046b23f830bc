package io.keymantle.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.keymantle.domain.RefusedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What an agent must still be able to do in its sandbox.
class SandboxIT {
  @TempDir Path folder;

  @Test
  void route_throughTheRelay_reachesTheGatewayAsTheAgent() throws Exception {
    AgentRun agent = new AgentRun(folder);
    try (FakeGateway gateway = new FakeGateway(agent.gatewayFolder())) {
      agent.route = Optional.of(new GatewayRoute(agent.gatewayFolder(), "kma_canary1"));
      agent.environment.put("http_proxy", GatewayRoute.PROXY_URL);
      agent.environment.put("no_proxy", "");
      AgentRun.Result result =
          agent.shell(
              """
              curl -sS -m 20 http://example.com/a; curl -sS -m 20 -d @/usr/bin/env \
                  http://example.com/b http://127.0.0.1/c
              """);
      assertThat(result.said()).isEqualTo("GET /a\nPOST /b\nPOST /c\n");
      assertThat(gateway.preambles()).isNotEmpty().containsOnly("KEYMANTLE/1 kma_canary1");
      assertThat(gateway.requests())
          .containsExactly(
              "GET http://example.com/a", "POST http://example.com/b", "POST http://127.0.0.1/c");
    }
  }

  @Test
  void route_toAGatewayThatIsGone_saysSo() throws Exception {
    AgentRun agent = new AgentRun(folder);
    new FakeGateway(agent.gatewayFolder()).close();
    agent.route = Optional.of(new GatewayRoute(agent.gatewayFolder(), "kma_x"));
    agent.environment.put("http_proxy", GatewayRoute.PROXY_URL);
    assertThat(agent.shell("curl -sS -m 20 http://example.com/").said())
        .contains("broker_unreachable");
  }

  @Test
  void route_toAGatewayThatWasStartedAgain_worksAgain() throws Exception {
    AgentRun agent = new AgentRun(folder);
    agent.route = Optional.of(new GatewayRoute(agent.gatewayFolder(), "kma_x"));
    agent.environment.put("http_proxy", GatewayRoute.PROXY_URL);
    FakeGateway first = new FakeGateway(agent.gatewayFolder());
    // The agent says by a file that it has seen the first gateway, is told by one that it has gone,
    // and waits for one that answers.
    String script =
        """
        curl -sS -m 20 http://example.com/before; : >seen
        timeout 20 sh -c 'until [ -e gone ]; do sleep 0.01; done'
        i=0
        while [ $i -lt 200 ] && ! curl -sS -m 20 http://example.com/after | grep 'GET /after'
        do i=$((i + 1)); sleep 0.1; done
        """;
    Path seen = agent.workdir.resolve("seen");
    CompletableFuture<AgentRun.Result> run = supplyShell(agent, script);
    await().until(() -> Files.exists(seen));
    first.close();
    Files.delete(agent.gatewayFolder().resolve(GatewayRoute.SOCKET));
    Files.createFile(agent.workdir.resolve("gone"));
    try (FakeGateway second = new FakeGateway(agent.gatewayFolder())) {
      assertThat(run.get().said()).isEqualTo("GET /before\nGET /after\n");
      await()
          .untilAsserted(
              () -> assertThat(second.preambles()).isNotEmpty().containsOnly("KEYMANTLE/1 kma_x"));
    }
  }

  private static CompletableFuture<AgentRun.Result> supplyShell(AgentRun agent, String script) {
    return CompletableFuture.supplyAsync(() -> {
      try {
        return agent.shell(script);
      } catch (Exception failure) {
        throw new CompletionException(failure);
      }
    });
  }

  @Test
  void status_ofTheAgent_passes() throws Exception {
    AgentRun agent = new AgentRun(folder);
    assertThat(agent.shell("exit 42").status()).isEqualTo(42);
    assertThat(agent.shell("kill -TERM $$").status()).isEqualTo(143);
    assertThat(agent.shell("kill -KILL $$").status()).isEqualTo(137);
  }

  @Test
  void program_missingOrNotExecutable_saysSo() throws Exception {
    AgentRun agent = new AgentRun(folder);
    assertThat(agent.run(List.of("no-such-program")).status()).isEqualTo(127);
    Files.writeString(agent.workdir.resolve("plain"), "text");
    assertThat(agent.run(List.of("./plain")).status()).isEqualTo(126);
  }

  @Test
  void environmentAndArguments_arriveAsGiven() throws Exception {
    AgentRun agent = new AgentRun(folder);
    agent.environment.clear();
    agent.environment.putAll(
        Map.of("PATH", "/usr/bin:/bin", "LINES_", "a\nb=c", "LETTERS", "äöü€", "EMPTY", ""));
    // What is meant for the agent must not act on the relay.
    agent.environment.put("LD_PRELOAD", "/nonexistent/evil.so");
    agent.environment.put("JAVA_TOOL_OPTIONS", "-version");
    agent.environment.put("SSH_AUTH_SOCK", "/tmp/agent.sock");
    agent.environment.put("XDG_RUNTIME_DIR", "/run/user/1000");
    AgentRun.Result result =
        agent.run(
            List.of(
                "/bin/sh",
                "-c",
                "env -0 | sort -z > said; echo \"$1|$2\" >> said",
                "sh",
                "ä b",
                ""));
    assertThat(result.said())
        .contains(
            "LINES_=a\nb=c\0", "LETTERS=äöü€\0", "EMPTY=\0", "LD_PRELOAD=/nonexistent/evil.so")
        .contains("JAVA_TOOL_OPTIONS=-version\0", "ä b|\n")
        .doesNotContain("KEYMANTLE", "SSH_AUTH_SOCK", "XDG_RUNTIME_DIR", "LC_ALL");
  }

  @Test
  void workdirAndHome_areWritableAndTheSameOutside() throws Exception {
    AgentRun agent = new AgentRun(folder);
    AgentRun.Result result =
        agent.shell("pwd; echo w > made; echo h > $HOME/made; echo t > /tmp/made; cat /tmp/made");
    assertThat(result.said()).isEqualTo(agent.workdir + "\nt\n");
    assertThat(agent.workdir.resolve("made")).hasContent("w");
    assertThat(agent.home.resolve("made")).hasContent("h");
    assertThat(Path.of("/tmp/made")).doesNotExist();
  }

  @Test
  void files_ofTheProfile_appearReadOnly() throws Exception {
    AgentRun agent = new AgentRun(folder);
    agent.files.put("ca.pem", Files.writeString(agent.keymantleHome.resolve("ca.pem"), "root"));
    assertThat(agent.shell("cat /run/keymantle/ca.pem; echo x > /run/keymantle/ca.pem").said())
        .startsWith("root")
        .contains("Read-only file system");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "node -e \"require('child_process').execSync('true'); console.log('works')\"",
        "python3 -c \"import subprocess; subprocess.run(['true'], check=True); print('works')\"",
        "git init -q r && cd r && git -c user.name=a -c user.email=b commit -q --allow-empty -m"
            + " works && git log --format=%s",
        "perl -e 'print \"works\\n\"'",
        "curl --version > /dev/null && echo works"
      })
  void usualPrograms_insideASandbox_work(String command) throws Exception {
    assertThat(new AgentRun(folder).shell(command).said().strip()).isEqualTo("works");
  }

  @Test
  void java_insideASandbox_works() throws Exception {
    String java = System.getProperty("java.home") + "/bin/java";
    assertThat(new AgentRun(folder).shell(java + " -version").said()).contains("Runtime");
  }

  @Test
  void orphans_ofTheAgent_areBuriedAndEndWithIt() throws Exception {
    AgentRun agent = new AgentRun(folder);
    AgentRun.Result result =
        agent.shell(
            """
            for i in 1 2 3; do sh -c 'sh -c "exit 0" & exec true'; done
            setsid sleep 41.25 & sleep 0.5
            grep -l '^State:.Z' /proc/[0-9]*/status | wc -l
            """);
    assertThat(result.said().strip()).isEqualTo("0");
    assertThat(ProcessHandle.allProcesses().flatMap(each -> each.info().commandLine().stream()))
        .noneMatch(line -> line.endsWith("sleep 41.25"));
  }

  @Test
  void termination_letsTheAgentTidyUp() throws Exception {
    AgentRun agent = new AgentRun(folder);
    Path ready = agent.workdir.resolve("ready");
    try (Confined process =
        agent.start(
            List.of(
                "/bin/sh",
                "-c",
                "trap 'echo tidy > said; exit 3' TERM; : > ready;"
                    + " while :; do sleep 0.05; done"))) {
      while (!Files.exists(ready)) {
        assertThat(process.waitFor(Duration.ofMillis(20))).isEmpty();
      }
      process.terminate();
      assertThat(process.waitFor(Duration.ofSeconds(20))).contains(3);
    }
    assertThat(agent.workdir.resolve("said")).hasContent("tidy");
  }

  @Test
  void close_endsEverything() throws Exception {
    AgentRun agent = new AgentRun(folder);
    Confined process =
        agent.start(List.of("/bin/sh", "-c", "trap '' TERM INT; : > ready; sleep 43.25; :"));
    while (!Files.exists(agent.workdir.resolve("ready"))) {
      assertThat(process.waitFor(Duration.ofMillis(20))).isEmpty();
    }
    process.close();
    assertThat(process.waitFor()).isEqualTo(137);
    assertThat(ProcessHandle.allProcesses().flatMap(each -> each.info().commandLine().stream()))
        .noneMatch(line -> line.endsWith("sleep 43.25"));
  }

  @Test
  void starterKilled_takesTheAgentAlong() throws Exception {
    AgentRun agent = new AgentRun(folder);
    Process starter =
        new ProcessBuilder(
                System.getProperty("java.home") + "/bin/java",
                "-cp",
                System.getProperty("java.class.path"),
                Starter.class.getName(),
                folder.toString())
            .start();
    while (!Files.exists(agent.workdir.resolve("ready"))) {
      assertThat(starter.waitFor(20, TimeUnit.MILLISECONDS)).isFalse();
    }
    List<ProcessHandle> family = starter.descendants().toList();
    assertThat(family).hasSizeGreaterThanOrEqualTo(3);
    starter.destroyForcibly().waitFor();
    for (ProcessHandle member : family) {
      member.onExit().get(20, TimeUnit.SECONDS);
    }
  }

  /// A `run` of its own, to be killed.
  static final class Starter {
    public static void main(String[] arguments) throws InterruptedException {
      new AgentRun(Path.of(arguments[0]))
          .start(List.of("/bin/sh", "-c", ": > ready; sleep 45.25; :"))
          .waitFor();
    }
  }

  @Test
  void workdir_inTheKeymantleHome_isRefused() {
    AgentRun agent = new AgentRun(folder);
    AgentProfile profile =
        new AgentProfile(
            List.of("true"),
            Map.of(),
            agent.keymantleHome,
            agent.home,
            agent.keymantleHome,
            Optional.empty(),
            Map.of(),
            Set.of(),
            Set.of(),
            false);
    assertThatThrownBy(() -> AgentRun.sandbox().start(profile))
        .isInstanceOf(RefusedException.class)
        .hasMessageContaining("home_unsafe")
        .hasMessageContaining("inside the Keymantle home");
  }
}
