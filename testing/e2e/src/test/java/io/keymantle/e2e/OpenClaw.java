package io.keymantle.e2e;

import io.keymantle.demo.KeymantleCommand;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.node.ObjectNode;

/// The real OpenClaw as `testing/e2e/openclaw` has installed it, with a home, a state folder and an
/// openclaw.json of its own; and its own code, asked directly.
final class OpenClaw implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Path node = installed("KEYMANTLE_SUITE_NODE");
  private final Path program =
      installed("KEYMANTLE_SUITE_OPENCLAW").resolve("node_modules/openclaw");
  private final Path state;
  private final Map<String, String> environment = new HashMap<>();
  private Optional<Process> oracle = Optional.empty();

  OpenClaw(Path parent) throws IOException {
    Path folder = Files.createTempDirectory(parent, "openclaw");
    state = Files.createDirectory(folder.resolve("state"));
    environment.put("HOME", Files.createDirectory(folder.resolve("home")).toString());
    environment.put("TMPDIR", Files.createDirectory(folder.resolve("tmp")).toString());
    environment.put("OPENCLAW_STATE_DIR", state.toString());
    environment.put("OPENCLAW_CONFIG_PATH", configuration().toString());
    environment.put("NO_COLOR", "1");
    Files.writeString(configuration(), "{}");
  }

  private static Path installed(String variable) {
    return Path.of(
        Optional.ofNullable(System.getenv(variable))
            .orElseThrow(() -> new IllegalStateException("run testing/e2e/openclaw")));
  }

  /// Its openclaw.json.
  Path configuration() {
    return state.resolve("openclaw.json");
  }

  /// Where it keeps everything but its openclaw.json too: sessions, databases, logs.
  Path folder() {
    return state.getParent();
  }

  Map<String, String> environment() {
    return Map.copyOf(environment);
  }

  /// The beginning of each of its commands.
  String[] command(String... arguments) {
    String[] command = new String[arguments.length + 2];
    command[0] = node.toString();
    command[1] = program.resolve("openclaw.mjs").toString();
    System.arraycopy(arguments, 0, command, 2, arguments.length);
    return command;
  }

  /// Runs a command of it without Keymantle, with more variables.
  KeymantleCommand.Result run(Map<String, String> more, String... arguments) {
    Map<String, String> all = new HashMap<>(environment);
    all.putAll(more);
    String[] command = command(arguments);
    String[] rest = Arrays.copyOfRange(command, 1, command.length);
    return new KeymantleCommand(node, all).run(new byte[0], folder(), rest);
  }

  JsonNode json(Map<String, String> more, String... arguments) {
    KeymantleCommand.Result result = run(more, arguments);
    int begin = result.output().indexOf('{');
    if (begin < 0) {
      throw new AssertionError("openclaw answered no JSON: " + result.all());
    }
    return JSON.readTree(result.output().substring(begin));
  }

  static ObjectNode question(String ask) {
    return JSON.createObjectNode().put("ask", ask);
  }

  static JsonNode parse(String json) {
    return JSON.readTree(json);
  }

  /// Asks its code; see `oracle.mjs`.
  JsonNode ask(ObjectNode question) throws IOException {
    if (oracle.isEmpty()) {
      oracle = Optional.of(startOracle());
    }
    Writer questions = oracle.get().outputWriter(StandardCharsets.UTF_8);
    questions.write(question + "\n");
    questions.flush();
    BufferedReader answers = oracle.get().inputReader(StandardCharsets.UTF_8);
    String line = answers.readLine();
    while (line != null && !line.startsWith("{\"answer\":")) {
      line = answers.readLine();
    }
    if (line == null) {
      throw new AssertionError("OpenClaw's code ended; what it said is in " + complaints());
    }
    return JSON.readTree(line).get("answer");
  }

  private Process startOracle() throws IOException {
    Path script = folder().resolve("oracle.mjs");
    try (var in = OpenClaw.class.getResourceAsStream("/openclaw/oracle.mjs")) {
      Files.copy(Objects.requireNonNull(in), script);
    }
    ProcessBuilder builder =
        new ProcessBuilder(node.toString(), script.toString(), program.toString())
            .redirectError(complaints().toFile());
    builder.environment().putAll(environment);
    return builder.start();
  }

  private Path complaints() {
    return folder().resolve("oracle.log");
  }

  @Override
  public void close() {
    oracle.ifPresent(process -> process.destroyForcibly().onExit().join());
  }
}
