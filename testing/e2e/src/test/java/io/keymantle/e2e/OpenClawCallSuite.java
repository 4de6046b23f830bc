package io.keymantle.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.keymantle.demo.KeymantleCommand.Result;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/// The real OpenClaw calls a model with a key that `openclaw protect` has taken out of its file, by
/// the very commands that `protect` names. Run by `testing/e2e/openclaw`.
class OpenClawCallSuite {
  private static final String VALUE = "sk-callSuite0123456789abcdefABCDEF";

  @TempDir Path folder;
  private ModelProvider provider;
  private TestHome home;
  private OpenClaw openclaw;

  @BeforeEach
  void start() throws IOException {
    provider = new ModelProvider(folder, VALUE);
    home = TestHome.made(folder);
    List<String> up = new ArrayList<>(List.of("up", "--gateway-port", "0"));
    up.addAll(Arrays.asList(provider.upOptions()));
    home.must(up.toArray(String[]::new));
    home.must("agent", "add", "main");
    openclaw = new OpenClaw(folder);
    Files.writeString(
        openclaw.configuration(),
        """
        // mine
        {
          models: { providers: { local: {
            baseUrl: 'https://%s/v1', api: 'openai-completions', apiKey: '%s',
            models: [{ id: 'm1', name: 'm1', contextWindow: 32000, maxTokens: 2000, input: ['text'] }],
          } } },
          agents: { defaults: { model: { primary: 'local/m1' } } },
          logging: { level: 'trace', file: '%s' },
        }
        """
            .formatted(ModelProvider.HOST, VALUE, openclaw.folder().resolve("openclaw.log")));
  }

  @AfterEach
  void stop() throws IOException {
    home.close();
    provider.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"env", "ref", "token"})
  void protectedKey_reachesTheProvider_andIsNowhereInOpenClaw(String as) throws IOException {
    assertThat(filesWithTheValue()).as("the search finds").containsExactly("openclaw.json");

    Result called =
        called(
            protect(as),
            "infer",
            "model",
            "run",
            "--local",
            "--model",
            "local/m1",
            "--prompt",
            "x",
            "--json");

    assertReached(called);
  }

  @Test
  void turnOfAnAgent_reachesTheProvider_andLeavesNothingInItsSessionsAndLogs() throws IOException {
    Result called =
        called(
            protect("token"),
            "agent",
            "--local",
            "--agent",
            "main",
            "--message",
            "what is the answer");

    assertReached(called);
    assertThat(openclaw.folder().resolve("openclaw.log")).isNotEmptyFile();
  }

  @Test
  void revokedCredential_isRefused_beforeTheProviderSeesAnything() throws IOException {
    JsonNode created = protect("token");
    home.must("credential", "set", created.get("credential").stringValue(), "--agents", "other");

    Result called =
        called(
            created,
            "infer",
            "model",
            "run",
            "--local",
            "--model",
            "local/m1",
            "--prompt",
            "x",
            "--json");

    assertThat(called.status()).isNotZero();
    assertThat(provider.drain()).isEmpty();
  }

  private void assertReached(Result called) throws IOException {
    assertThat(called.output()).as(called.all()).contains(ModelProvider.ANSWER);
    assertThat(provider.drain()).isNotEmpty().containsOnly("Bearer " + VALUE);
    assertThat(called.all()).doesNotContain(VALUE);
    assertThat(filesWithTheValue()).isEmpty();
  }

  /// Moves the key to the store and lets it go where `protect` says that it goes.
  private JsonNode protect(String as) {
    JsonNode created =
        home.json(
                "openclaw",
                "protect",
                openclaw.configuration().toString(),
                "models.providers.local.apiKey",
                "--as",
                as,
                "--json")
            .get("created");
    home.must(words(created.get("next").get(0)));
    return created;
  }

  /// Starts OpenClaw as `protect` says, with other arguments than `gateway run`.
  private Result called(JsonNode created, String... arguments) throws IOException {
    String[] next = words(created.get("next").get(1));
    List<String> command = new ArrayList<>(List.of(next).subList(0, List.of(next).indexOf("--")));
    command.addAll(List.of("--isolate", "never", "--"));
    command.addAll(Arrays.asList(openclaw.command(arguments)));
    return home.runWith(openclaw.environment(), command.toArray(String[]::new));
  }

  /// The arguments of a command of Keymantle for the agent `main`.
  private static String[] words(JsonNode command) {
    String[] words = command.stringValue().replace("AGENT", "main").split(" ");
    assertThat(words[0]).isEqualTo("keymantle");
    return Arrays.copyOfRange(words, 1, words.length);
  }

  private List<String> filesWithTheValue() throws IOException {
    List<String> found = new ArrayList<>();
    try (Stream<Path> files = Files.walk(openclaw.folder())) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        if (new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1).contains(VALUE)) {
          found.add(file.getFileName().toString());
        }
      }
    }
    return found;
  }
}
