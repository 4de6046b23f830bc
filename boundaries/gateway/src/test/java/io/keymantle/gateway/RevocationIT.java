package io.keymantle.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.keymantle.domain.Destination;
import io.keymantle.domain.EgressPolicy;
import io.keymantle.domain.Scheme;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What is revoked ends at once, however long its connections have been open.
final class RevocationIT {
  private static final Duration PROMISED = Duration.ofSeconds(1);

  private GatewayFixture gateway;
  private TestUpstream api;
  private String agent;
  private String token;

  @BeforeEach
  void open() throws Exception {
    gateway = new GatewayFixture();
    agent = gateway.broker.agent("main");
  }

  @AfterEach
  void close() throws Exception {
    gateway.close();
  }

  private TestClient opened(TestUpstream.Script script, boolean guarded, String... fields)
      throws Exception {
    api = gateway.upstream(GatewayFixture.HOST, script);
    token =
        gateway.broker.grant(
            agent,
            "github-api",
            GatewayFixture.VALUE,
            GatewayFixture.binding(GatewayFixture.HOST, api.port()));
    if (guarded) {
      gateway.start();
    } else {
      gateway.without(Guard.REVOCATION);
    }
    TestClient client = gateway.tunnel(agent, GatewayFixture.HOST, api.port());
    client.send(request(fields));
    return client;
  }

  private String request(String... fields) {
    return "GET / HTTP/1.1\r\nHost: api.test:"
        + api.port()
        + "\r\nAuthorization: Bearer "
        + token
        + "\r\n"
        + String.join("", fields)
        + "\r\n";
  }

  private static TestUpstream.Script endless() {
    return (in, out) -> {
      in.request();
      out.write(
          ("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n"
                  + "Transfer-Encoding: chunked\r\n\r\n3\r\na\n\n\r\n")
              .getBytes(StandardCharsets.ISO_8859_1));
      out.flush();
      in.rest();
    };
  }

  private static void assertClosedInTime(TestClient client, Runnable revocation) throws Exception {
    long start = System.nanoTime();
    revocation.run();
    assertThat(client.isClosedByPeer()).isTrue();
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(PROMISED);
  }

  @Test
  void grantRevoked_whileAStreamIsOpen_closesIt() throws Exception {
    TestClient client = opened(endless(), true);
    client.in().head();
    client.in().exactly("3\r\na\n\n\r\n".length());
    assertClosedInTime(client, () -> gateway.broker.revokeGrant(token));
  }

  @Test
  void grantRevoked_whileItsTunnelIsIdle_closesTheTunnel() throws Exception {
    TestClient client = opened(TestUpstream.answering("hello"), true);
    client.reply();
    assertClosedInTime(client, () -> gateway.broker.revokeGrant(token));
  }

  @Test
  void agentRevoked_whileItsTunnelIsIdle_closesTheTunnel() throws Exception {
    TestClient client = opened(TestUpstream.answering("hello"), true);
    client.reply();
    assertClosedInTime(client, () -> gateway.broker.revokeAgent(agent));
  }

  @Test
  void agentRevoked_whileATunnelIsPassedThrough_closesIt() throws Exception {
    api = gateway.upstream(GatewayFixture.HOST, TestUpstream.answering("hello"));
    agent =
        gateway.broker.agent(
            "tunnel",
            new EgressPolicy(
                EgressPolicy.Mode.ALLOW_LISTED,
                Set.of(),
                Set.of(new Destination(Scheme.HTTPS, GatewayFixture.HOST, api.port()))));
    gateway.start();
    TestClient client = gateway.client();
    assertThat(client.connect(agent, GatewayFixture.HOST + ":" + api.port()).status())
        .isEqualTo(200);
    client.tls(gateway.outside.client(), GatewayFixture.HOST);
    token = "none";
    assertThat(client.ask(request()).text()).isEqualTo("hello");
    assertClosedInTime(client, () -> gateway.broker.revokeAgent(agent));
  }

  @Test
  void grantRevoked_withTheGuardGone_leavesTheStreamOpen() throws Exception {
    TestClient client = opened(TestUpstream.answering("hello"), false);
    client.reply();
    gateway.broker.revokeGrant(token);
    token = "none";
    assertThat(client.ask(request()).text()).isEqualTo("hello");
  }

  @Test
  void agentRevoked_withTheGuardGone_keepsItsAccess() throws Exception {
    TestClient client = opened(TestUpstream.answering("hello"), false);
    client.reply();
    gateway.broker.revokeAgent(agent);
    token = "none";
    assertThat(client.ask(request()).text()).isEqualTo("hello");
  }

  @Test
  void tokenOfARevokedGrant_onANewConnection_isRefused() throws Exception {
    TestClient client = opened(TestUpstream.answering("hello"), true);
    client.reply();
    String other =
        gateway.broker.grant(
            agent,
            "other-api",
            "another-Value-987654",
            GatewayFixture.binding(GatewayFixture.HOST, api.port()));
    assertThat(other).isNotEmpty();
    gateway.broker.revokeGrant(token);
    Wire.Message reply = gateway.tunnel(agent, GatewayFixture.HOST, api.port()).ask(request());
    assertThat(reply.text()).contains("grant_revoked");
    assertThat(api.heads()).hasSize(1);
  }

  private TestClient openedSocket(boolean guarded) throws Exception {
    TestUpstream.Script echo =
        (in, out) -> {
          in.head();
          out.write(TestFrame.SWITCH.getBytes(StandardCharsets.ISO_8859_1));
          out.flush();
          for (TestFrame seen = TestFrame.read(in); seen.opcode() >= 0; seen = TestFrame.read(in)) {
            out.write(TestFrame.frame(seen.opcode(), true, false, seen.payload()));
            out.flush();
          }
        };
    TestClient client =
        opened(
            echo,
            guarded,
            "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
                + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n");
    assertThat(client.in().head()).startsWith("HTTP/1.1 101 ");
    client.send(TestFrame.frame(1, true, true, "hello"));
    assertThat(TestFrame.message(client.in())).isEqualTo("hello");
    return client;
  }

  @Test
  void grantRevoked_whileItsWebSocketIsOpen_closesItAndSubstitutesNothingMore() throws Exception {
    TestClient client = openedSocket(true);
    assertThat(api.received()).contains(GatewayFixture.VALUE);
    assertClosedInTime(client, () -> gateway.broker.revokeGrant(token));
    Waiting.until(() -> api.open() == 0);
    int redemptions = gateway.broker.redemptions.size();
    var _ =
        gateway.broker.grant(
            agent,
            "other-api",
            "another-Value-987654",
            GatewayFixture.binding(GatewayFixture.HOST, api.port()));
    Wire.Message reply = gateway.tunnel(agent, GatewayFixture.HOST, api.port()).ask(request());
    assertThat(reply.text()).contains("grant_revoked");
    assertThat(gateway.broker.redemptions).hasSize(redemptions);
    assertThat(api.heads()).hasSize(1);
  }

  @Test
  void agentRevoked_whileItsWebSocketIsOpen_closesIt() throws Exception {
    TestClient client = openedSocket(true);
    assertClosedInTime(client, () -> gateway.broker.revokeAgent(agent));
    Waiting.until(() -> api.open() == 0);
  }

  @Test
  void grantRevoked_withTheGuardGone_leavesItsWebSocketOpen() throws Exception {
    TestClient client = openedSocket(false);
    gateway.broker.revokeGrant(token);
    client.send(TestFrame.frame(1, true, true, "still here"));
    assertThat(TestFrame.message(client.in())).isEqualTo("still here");
  }

  @Test
  void grantRevoked_whileAClientDoesNotRead_closesItsStreamAllTheSame() throws Exception {
    TestClient client =
        opened(
            (in, out) -> {
              in.request();
              out.write(
                  "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
                      .getBytes(StandardCharsets.ISO_8859_1));
              byte[] chunk =
                  ("10000\r\n" + "x".repeat(0x10000) + "\r\n")
                      .getBytes(StandardCharsets.ISO_8859_1);
              while (true) {
                out.write(chunk);
              }
            },
            true);
    client.in().head();
    gateway.broker.revokeGrant(token);
    Waiting.until(() -> api.open() == 0);
  }
}
