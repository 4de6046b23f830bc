package io.keymantle.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.keymantle.demo.KeymantleCommand.Result;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Real clients by `run` with nothing changed but the environment; docs/clients.md tells what these
/// show.
class ClientsE2E {
  private static final String VALUE = "ghp_e2eClients0123456789abcdefABCDEF";
  private static final String URL = "https://" + Upstream.HOST + "/user";

  @TempDir static Path folder;
  private static Upstream upstream;
  private static TestHome home;

  @BeforeAll
  static void start() throws IOException {
    upstream = Upstream.start(folder);
    home = TestHome.up(folder, upstream);
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
  }

  @AfterAll
  static void stop() throws IOException {
    home.close();
    upstream.close();
  }

  @Test
  void curl_works_unchanged() throws IOException {
    assertReaches("sh", "-c", "curl -sS -H \"Authorization: Bearer $GITHUB_TOKEN\" " + URL);
  }

  @Test
  void git_works_unchanged() throws IOException {
    Result result =
        run("sh", "-c", "git ls-remote https://git:$GITHUB_TOKEN@" + Upstream.HOST + "/repo.git");

    // The service is no git server: what counts is that git's own request arrived with the real
    // value.
    String expected =
        "Basic "
            + java.util.Base64.getEncoder()
                .encodeToString(("git:" + VALUE).getBytes(StandardCharsets.UTF_8));
    assertThat(upstream.received())
        .as(result.all())
        .anySatisfy(request -> assertThat(request.authorization()).isEqualTo(expected));
    assertThat(result.all()).doesNotContain(VALUE);
  }

  @Test
  void node_fetch_works_unchanged() throws IOException {
    assertReaches("node", client("fetch.mjs"), URL);
  }

  @Test
  void python_urllib_works_unchanged() throws IOException {
    assertReaches("/usr/bin/python3", client("urllib_client.py"), URL);
  }

  @Test
  void python_requests_works_unchanged() throws IOException {
    assertReaches("/usr/bin/python3", client("requests_client.py"), URL);
  }

  @Test
  void java_http_client_works_unchanged() throws IOException {
    assertReaches(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        client("Client.java"),
        URL);
  }

  @Test
  void go_net_http_works_unchanged() throws IOException, InterruptedException {
    Path binary = folder.resolve("client");
    ProcessBuilder build =
        new ProcessBuilder("go", "build", "-o", binary.toString(), client("client.go"))
            .redirectErrorStream(true);
    build
        .environment()
        .putAll(
            Map.of(
                "GO111MODULE",
                "off",
                "GOFLAGS",
                "",
                "GOCACHE",
                folder.resolve("gocache").toString(),
                "CGO_ENABLED",
                "0"));
    Process process = build.start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(output).isZero();
    java.nio.file.Files.copy(
        binary,
        home.workspace().resolve("client"),
        java.nio.file.StandardCopyOption.REPLACE_EXISTING,
        java.nio.file.StandardCopyOption.COPY_ATTRIBUTES);

    assertReaches("./client", URL);
  }

  private static void assertReaches(String... command) throws IOException {
    int before = upstream.received().size();

    Result result = run(command);

    assertThat(result.status()).as(result.all()).isZero();
    assertThat(result.output())
        .contains("hello; you sent Bearer [redacted:github-api]")
        .doesNotContain(VALUE);
    assertThat(upstream.received().subList(before, upstream.received().size()))
        .isNotEmpty()
        .allSatisfy(request -> assertThat(request.authorization()).isEqualTo("Bearer " + VALUE));
  }

  private static Result run(String... command) throws IOException {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "run",
                "--agent",
                "main",
                "--isolate",
                "always",
                "--credential",
                "github-api=GITHUB_TOKEN",
                "--"));
    arguments.addAll(List.of(command));
    return home.run(arguments.toArray(String[]::new));
  }

  /// Copied into the workspace: an isolated agent sees no other temporary folder.
  private static String client(String name) throws IOException {
    Path target = home.workspace().resolve(name);
    try (var source = ClientsE2E.class.getResourceAsStream("/clients/" + name)) {
      java.nio.file.Files.copy(
          java.util.Objects.requireNonNull(source),
          target,
          java.nio.file.StandardCopyOption.REPLACE_EXISTING);
    }
    return target.toString();
  }
}
