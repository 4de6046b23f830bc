package io.keymantle.e2e;

import io.keymantle.demo.KeymantleCommand;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/// A throw-away home with its own broker, used through the launcher as a user would.
final class TestHome implements AutoCloseable {
  static final Path LAUNCHER = Path.of("../../keymantle").toAbsolutePath().normalize();
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Path folder;
  private final KeymantleCommand keymantle;

  private TestHome(Path folder, Map<String, String> environment) {
    this.folder = folder;
    this.keymantle = new KeymantleCommand(LAUNCHER, environment);
  }

  /// A home that does not exist yet, below a folder of its own.
  static TestHome none(Path parent) throws IOException {
    Path folder = Files.createTempDirectory(parent, "keymantle");
    Path home = folder.resolve("home");
    return new TestHome(folder, Map.of("KEYMANTLE_HOME", home.toString(), "NO_COLOR", "1"));
  }

  /// A home that was made, with its broker not running.
  static TestHome made(Path parent) throws IOException {
    TestHome home = none(parent);
    home.must("init");
    return home;
  }

  /// A home with its broker running on a free port.
  static TestHome up(Path parent, Upstream upstream, String... options) throws IOException {
    TestHome home = made(parent);
    home.start(upstream, options);
    return home;
  }

  void start(Upstream upstream, String... options) {
    List<String> arguments = new ArrayList<>(List.of("up", "--gateway-port", "0"));
    arguments.addAll(upstream.upOptions());
    arguments.addAll(List.of(options));
    must(arguments.toArray(String[]::new));
  }

  /// Adds the agent `main` and the credential `github-api`, which it may use at the upstream.
  ///
  /// @return the agent's token
  String addAgentWithCredential(String value) {
    mustWithInput(
        value,
        "credential",
        "add",
        "github-api",
        "--destination",
        "https://" + Upstream.HOST,
        "--agents",
        "main");
    return json("agent", "add", "main", "--json").get("token").stringValue();
  }

  Path path() {
    return folder.resolve("home");
  }

  /// A folder for whatever the test's agent does.
  Path workspace() throws IOException {
    return Files.createDirectories(folder.resolve("workspace"));
  }

  KeymantleCommand.Result run(String... arguments) throws IOException {
    return keymantle.run(new byte[0], workspace(), arguments);
  }

  KeymantleCommand.Result withInput(String input, String... arguments) throws IOException {
    return keymantle.run(input.getBytes(StandardCharsets.UTF_8), workspace(), arguments);
  }

  KeymantleCommand.Result must(String... arguments) {
    return keymantle.must(arguments);
  }

  KeymantleCommand.Result mustWithInput(String input, String... arguments) {
    return keymantle.must(input.getBytes(StandardCharsets.UTF_8), arguments);
  }

  Process start(String... arguments) throws IOException {
    return keymantle.start(workspace(), arguments);
  }

  JsonNode json(String... arguments) {
    return JSON.readTree(must(arguments).output());
  }

  static JsonNode parse(String text) {
    return JSON.readTree(text);
  }

  /// The same home, called with further environment variables.
  KeymantleCommand.Result runWith(Map<String, String> more, String... arguments)
      throws IOException {
    Map<String, String> environment = new java.util.HashMap<>(keymantle.environment());
    environment.putAll(more);
    return new KeymantleCommand(LAUNCHER, environment).run(new byte[0], workspace(), arguments);
  }

  @Override
  public void close() throws IOException {
    keymantle.run("down");
  }
}
