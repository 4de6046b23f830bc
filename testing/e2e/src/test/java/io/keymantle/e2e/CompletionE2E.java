package io.keymantle.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The completion scripts in the real shells, typed on a terminal: verbs, options, and the names
/// that the broker has now.
@Tag("slow")
class CompletionE2E {
  @TempDir static Path folder;
  private static TestHome home;
  private static Path script;

  @BeforeAll
  static void start() throws IOException {
    home = TestHome.made(folder);
    home.must("up", "--gateway-port", "0");
    home.must("agent", "add", "worker");
    home.mustWithInput("value-1234", "credential", "add", "github-api", "--agents", "worker");
    script = folder.resolve("complete.py");
    try (var source = CompletionE2E.class.getResourceAsStream("/completion/complete.py")) {
      Files.copy(Objects.requireNonNull(source), script);
    }
    for (String shell : List.of("bash", "zsh", "fish")) {
      Files.writeString(folder.resolve(shell), home.must("completion", shell).output());
    }
  }

  @AfterAll
  static void stop() throws IOException {
    home.close();
  }

  @ParameterizedTest
  @CsvSource({
    "keymantle cred, credential",
    "keymantle credential ro, credential rotate",
    "keymantle credential show gith, credential show github-api",
    "keymantle request gi, request github-api",
    "keymantle agent revoke wo, agent revoke worker",
    "keymantle run --credential gi, run --credential github-api",
    "keymantle run --agent w, run --agent worker",
    "keymantle run --isol, run --isolate",
    "keymantle run --isolate al, run --isolate always",
    "keymantle up --gate, up --gateway-port"
  })
  void line_is_completed(String line, String expected) throws Exception {
    assertThat(
            typed(
                line,
                "source '" + folder.resolve("bash") + "'",
                "bash",
                "--norc",
                "--noprofile",
                "-i"))
        .isEqualTo(expected);
    assertThat(
            typed(
                line,
                "autoload -U compinit; compinit -u -D; source '" + folder.resolve("zsh") + "'",
                "zsh",
                "-f",
                "-i"))
        .isEqualTo(expected);
    assertThat(inFish(line)).isEqualTo(expected.substring(expected.lastIndexOf(' ') + 1));
  }

  @ParameterizedTest
  @CsvSource({"keymantle credential show gith, credential show github-api"})
  void zsh_loads_the_script_by_itself(String line, String expected) throws Exception {
    Path functions = Files.createDirectories(folder.resolve("functions"));
    Files.copy(folder.resolve("zsh"), functions.resolve("_keymantle"));

    assertThat(
            typed(
                line,
                "fpath=('" + functions + "' $fpath); autoload -U compinit; compinit -u -D",
                "zsh",
                "-f",
                "-i"))
        .isEqualTo(expected);
  }

  private static String typed(String line, String setup, String... shell) throws Exception {
    List<String> command =
        new ArrayList<>(List.of("/usr/bin/python3", script.toString(), setup, line));
    command.addAll(List.of(shell));
    return run(command);
  }

  private static String inFish(String line) throws Exception {
    String said =
        run(
            List.of(
                "fish",
                "--no-config",
                "-c",
                "source '" + folder.resolve("fish") + "'; complete -C '" + line + "'"));
    return said.lines().map(each -> each.replaceAll("\t.*", "")).findFirst().orElse("");
  }

  private static String run(List<String> command) throws Exception {
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectErrorStream(true).directory(folder.toFile());
    builder.environment().put("KEYMANTLE_HOME", home.path().toString());
    builder.environment().put("HOME", folder.toString());
    builder.environment().put("PATH", TestHome.LAUNCHER.getParent() + ":" + System.getenv("PATH"));
    Process process = builder.start();
    process.getOutputStream().close();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    process.waitFor();
    return said.strip();
  }
}
