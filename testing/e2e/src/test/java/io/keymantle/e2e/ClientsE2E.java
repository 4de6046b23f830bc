package io.keymantle.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.keymantle.demo.GitRepository;
import io.keymantle.demo.KeymantleCommand.Result;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Real clients by `run` with nothing changed but the environment; docs/clients.md tells what these
/// show.
@Tag("slow")
class ClientsE2E {
  private static final String VALUE = "ghp_e2eClients0123456789abcdefABCDEF";
  private static final String URL = "https://" + Upstream.HOST + "/user";

  private static final String JAVA =
      Path.of(System.getProperty("java.home"), "bin", "java").toString();

  @TempDir static Path folder;
  private static Upstream upstream;
  private static TestHome home;

  @BeforeAll
  static void start() throws IOException {
    upstream = Upstream.start(folder);
    upstream.serve(GitRepository.create(Files.createDirectory(folder.resolve("git"))), VALUE);
    home = TestHome.up(folder, upstream);
    home.addAgentWithCredential(VALUE);
  }

  @AfterAll
  static void stop() throws IOException {
    home.close();
    upstream.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"always", "never"})
  void curl_works_unchanged(String isolate) throws IOException {
    assertReaches(
        isolate, "sh", "-c", "curl -sS -H \"Authorization: Bearer $GITHUB_TOKEN\" " + URL);
  }

  @ParameterizedTest
  @ValueSource(strings = {"always", "never"})
  void curl_keeps_its_connection(String isolate) throws IOException {
    Result result =
        run(
            isolate,
            "sh",
            "-c",
            "curl -sS -w '\\n%{num_connects}\\n' -H \"Authorization: Bearer $GITHUB_TOKEN\" "
                + URL
                + " "
                + URL);

    assertThat(result.output().lines().filter(line -> line.matches("[0-9]")))
        .as(result.all())
        .containsExactly("1", "0");
  }

  @ParameterizedTest
  @ValueSource(strings = {"always", "never"})
  void curl_posts_five_megabytes(String isolate) throws IOException {
    assertPosts(
        isolate,
        "sh",
        "-c",
        "head -c 5000000 /dev/zero | tr '\\0' a | curl -sS -o /dev/null -w '%{http_code}' -H"
            + " \"Authorization: Bearer $GITHUB_TOKEN\" --data-binary @- "
            + URL);
  }

  @ParameterizedTest
  @ValueSource(strings = {"always", "never"})
  void python_requests_posts_five_megabytes(String isolate) throws IOException {
    String script =
        "import os, requests; print(requests.post('"
            + URL
            + "', data=b'a' * 5000000, headers={'Authorization': 'Bearer ' +"
            + " os.environ['GITHUB_TOKEN']}).status_code)";
    assertPosts(isolate, "/usr/bin/python3", "-c", script);
  }

  @ParameterizedTest
  @ValueSource(strings = {"always", "never"})
  void git_clones_and_pushes_unchanged(String isolate) throws IOException {
    Path copy = home.workspace().resolve("copy-" + isolate);
    Result result =
        run(
            isolate,
            "sh",
            "-c",
            "set -e; git clone -q https://git:$GITHUB_TOKEN@"
                + Upstream.HOST
                + "/site.git "
                + copy
                + "; cd "
                + copy
                + "; echo "
                + isolate
                + " >file-"
                + isolate
                + "; git add .; git -c user.name=a -c user.email=a@b.test commit -qm "
                + isolate
                + "; git push -q origin HEAD:refs/heads/from-"
                + isolate
                + "; git ls-remote origin");

    assertThat(result.status()).as(result.all()).isZero();
    assertThat(result.output()).contains("refs/heads/from-" + isolate);
    assertThat(result.all()).doesNotContain(VALUE);
  }

  @ParameterizedTest
  @ValueSource(strings = {"always", "never"})
  void node_fetch_works_unchanged(String isolate) throws IOException {
    assertReaches(isolate, "node", client("fetch.mjs"), URL);
  }

  @ParameterizedTest
  @ValueSource(strings = {"always", "never"})
  void python_urllib_works_unchanged(String isolate) throws IOException {
    assertReaches(isolate, "/usr/bin/python3", client("urllib_client.py"), URL);
  }

  @ParameterizedTest
  @ValueSource(strings = {"always", "never"})
  void python_requests_works_unchanged(String isolate) throws IOException {
    assertReaches(isolate, "/usr/bin/python3", client("requests_client.py"), URL);
  }

  @Test
  void java_http_client_works_unchanged_in_an_isolated_run() throws IOException {
    assertReaches("always", JAVA, client("Client.java"), URL);
  }

  @Test
  void java_http_client_as_the_same_user_is_asked_for_what_it_cannot_send() throws IOException {
    Result result = run("never", JAVA, client("Client.java"), URL);

    assertThat(result.all()).startsWith("407 ").doesNotContain(VALUE);
  }

  @ParameterizedTest
  @ValueSource(strings = {"always", "never"})
  void go_net_http_works_unchanged(String isolate) throws IOException, InterruptedException {
    assertReaches(isolate, goClient().toString(), URL);
  }

  private static Path goClient() throws IOException, InterruptedException {
    Path binary = home.workspace().resolve("client");
    if (Files.exists(binary)) {
      return binary;
    }
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
                folder.resolve("gocache").toString()));
    Process process = build.start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(output).isZero();
    return binary;
  }

  private static void assertPosts(String isolate, String... command) throws IOException {
    int before = upstream.received().size();

    Result result = run(isolate, command);

    assertThat(result.output().strip()).as(result.all()).isEqualTo("200");
    assertThat(upstream.receivedAfter(before))
        .singleElement()
        .satisfies(request -> {
          assertThat(request.authorization()).isEqualTo("Bearer " + VALUE);
          assertThat(request.body()).isEqualTo("a".repeat(5_000_000));
        });
  }

  private static void assertReaches(String isolate, String... command) throws IOException {
    int before = upstream.received().size();

    Result result = run(isolate, command);

    assertThat(result.status()).as(result.all()).isZero();
    assertThat(result.output())
        .contains("hello; you sent Bearer [redacted:github-api]")
        .doesNotContain(VALUE);
    assertThat(upstream.receivedAfter(before))
        .isNotEmpty()
        .allSatisfy(request -> assertThat(request.authorization()).isEqualTo("Bearer " + VALUE));
  }

  private static Result run(String isolate, String... command) throws IOException {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "run",
                "--agent",
                "main",
                "--isolate",
                isolate,
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
      Files.copy(Objects.requireNonNull(source), target, StandardCopyOption.REPLACE_EXISTING);
    }
    return target.toString();
  }
}
