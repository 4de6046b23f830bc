package io.keymantle.gateway;

import static io.keymantle.gateway.TestFrame.SWITCH;
import static io.keymantle.gateway.TestFrame.frame;
import static io.keymantle.gateway.TestFrame.message;
import static io.keymantle.gateway.TestFrame.read;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// WebSockets through the gateway: handshake with a token, messages watched in both directions.
final class WebSocketIT {
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

  private TestUpstream.Script echo() {
    return (in, out) -> {
      in.head();
      out.write(SWITCH.getBytes(StandardCharsets.ISO_8859_1));
      out.flush();
      for (TestFrame frame = read(in); frame.opcode() >= 0; frame = read(in)) {
        send(out, frame(frame.opcode(), frame.fin(), false, frame.payload()));
      }
    };
  }

  private static void send(OutputStream out, byte[] bytes) throws IOException {
    out.write(bytes);
    out.flush();
  }

  private TestClient handshake(TestUpstream.Script script, String... fields) throws Exception {
    api = gateway.upstream(GatewayFixture.HOST, script);
    token =
        gateway.broker.grant(
            agent,
            "github-api",
            GatewayFixture.VALUE,
            GatewayFixture.binding(GatewayFixture.HOST, api.port()));
    gateway.start();
    return shake(fields);
  }

  private TestClient shake(String... fields) throws Exception {
    TestClient client = gateway.tunnel(agent, GatewayFixture.HOST, api.port());
    StringBuilder head = new StringBuilder("GET /socket HTTP/1.1\r\nHost: api.test:");
    head.append(api.port()).append("\r\nConnection: keep-alive, Upgrade\r\n");
    head.append("Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\n");
    for (String field : fields) {
      head.append(field.replace("TOKEN", token)).append("\r\n");
    }
    if (!head.toString().contains("Sec-WebSocket-Key")) {
      head.append("Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n");
    }
    client.send(head + "\r\n");
    return client;
  }

  @Test
  void handshake_withAToken_carriesTheValueAndMessagesPass() throws Exception {
    TestClient client =
        handshake(
            echo(),
            "Authorization: Bearer TOKEN",
            "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits");
    assertThat(client.in().head()).startsWith("HTTP/1.1 101 ");
    for (String text : new String[] {"hello", "", "x".repeat(300), "y".repeat(20_000)}) {
      client.send(frame(1, true, true, text));
      assertThat(message(client.in())).isEqualTo(text);
    }
    client.send(frame(9, true, true, "ping"));
    assertThat(read(client.in())).isEqualTo(new TestFrame(9, true, "ping"));
    client.send(frame(1, false, true, "frag"));
    client.send(frame(9, true, true, "mid"));
    client.send(frame(0, true, true, "ment"));
    assertThat(read(client.in()).payload()).isEqualTo("frag");
    assertThat(read(client.in())).isEqualTo(new TestFrame(9, true, "mid"));
    assertThat(read(client.in())).isEqualTo(new TestFrame(0, true, "ment"));
    assertThat(api.heads().getFirst())
        .contains("Authorization: Bearer " + GatewayFixture.VALUE)
        .contains("Connection: Upgrade\r\n")
        .doesNotContain("Sec-WebSocket-Extensions");
    assertThat(gateway.broker.outcomes).containsExactly(new FakeRedeemer.Outcome("ok", "101"));
  }

  @Test
  void messageFromServer_withTheValue_isRedactedEvenWhenFragmented() throws Exception {
    String value = GatewayFixture.VALUE;
    TestClient client =
        handshake((in, out) -> {
          in.head();
          out.write(SWITCH.getBytes(StandardCharsets.ISO_8859_1));
          send(out, frame(1, true, false, "key=" + value + ";"));
          send(out, frame(1, false, false, "key=" + value.substring(0, 9)));
          send(out, frame(0, true, false, value.substring(9) + ";"));
          read(in);
        });
    client.in().head();
    assertThat(message(client.in())).isEqualTo("key=[redacted:github-api];");
    assertThat(message(client.in())).isEqualTo("key=[redacted:github-api];");
  }

  @Test
  void messageToServer_withAToken_isRefusedAndTheSocketEnds() throws Exception {
    TestClient client = handshake(echo());
    client.in().head();
    client.send(frame(1, true, true, "login " + token));
    TestFrame end = read(client.in());
    assertThat(end.opcode()).isEqualTo(8);
    assertThat(end.payload()).contains("surface_mismatch");
    assertThat(client.isClosedByPeer()).isTrue();
    assertThat(api.received()).doesNotContain("kmt_");
    assertThat(gateway.broker.refusals()).contains("surface_mismatch");
  }

  @Test
  void messageToServer_withATokenSplitOverFrames_isRefused() throws Exception {
    TestClient client = handshake(echo());
    client.in().head();
    client.send(frame(1, false, true, "login " + token.substring(0, 20)));
    client.send(frame(0, true, true, token.substring(20)));
    TestFrame end = read(client.in());
    while (end.opcode() != 8) {
      end = read(client.in());
    }
    assertThat(end.payload()).contains("surface_mismatch");
  }

  @Test
  void messageToServer_withAToken_goesOutOnceItsGuardIsGone() throws Exception {
    api = gateway.upstream(GatewayFixture.HOST, echo());
    token =
        gateway.broker.grant(
            agent,
            "github-api",
            GatewayFixture.VALUE,
            GatewayFixture.binding(GatewayFixture.HOST, api.port()));
    gateway.without(Guard.STREAMED_TOKENS);
    TestClient client = shake();
    client.in().head();
    client.send(frame(1, true, true, "login " + token));
    assertThat(message(client.in())).isEqualTo("login " + token);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Sec-WebSocket-Key: TOKEN",
        "Sec-WebSocket-Key: short",
        "Sec-WebSocket-Protocol: TOKEN",
        "Cookie: a=TOKEN",
      })
  void handshake_withATokenElsewhere_isRefused(String field) throws Exception {
    TestClient client = handshake(echo(), field);
    assertThat(client.reply().status()).isIn(400, 403);
    assertThat(api.received()).isEmpty();
    assertThat(gateway.broker.redemptions).isEmpty();
  }

  @Test
  void upstream_switchingUnasked_is502() throws Exception {
    api = gateway.upstream(GatewayFixture.HOST, TestUpstream.replying(SWITCH));
    gateway.broker.grant(
        agent,
        "github-api",
        GatewayFixture.VALUE,
        GatewayFixture.binding(GatewayFixture.HOST, api.port()));
    gateway.start();
    TestClient client = gateway.tunnel(agent, GatewayFixture.HOST, api.port());
    assertThat(client.ask("GET / HTTP/1.1\r\nHost: api.test:" + api.port() + "\r\n\r\n").text())
        .contains("upstream_invalid");
  }

  @Test
  void upstream_decliningTheUpgrade_isAnOrdinaryReply() throws Exception {
    TestClient client = handshake(TestUpstream.answering("no"));
    assertThat(client.reply().text()).isEqualTo("no");
  }

  @Test
  void handshake_thatRfc6455DoesNotKnow_is400() throws Exception {
    api = gateway.upstream(GatewayFixture.HOST, echo());
    token =
        gateway.broker.grant(
            agent,
            "github-api",
            GatewayFixture.VALUE,
            GatewayFixture.binding(GatewayFixture.HOST, api.port()));
    gateway.start();
    String key = "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";
    for (String head :
        new String[] {
          "POST / HTTP/1.1\r\nHOST" + key,
          "GET / HTTP/1.1\r\nHOSTContent-Length: 1\r\n" + key,
          "GET / HTTP/1.1\r\nHOST",
          "GET / HTTP/1.1\r\nHOST" + key + key,
          "GET / HTTP/1.0\r\nHOST" + key,
        }) {
      TestClient client = gateway.tunnel(agent, GatewayFixture.HOST, api.port());
      client.send(
          head.replace("HOST", "Host: api.test:" + api.port() + "\r\n")
              + "Connection: upgrade\r\nUpgrade: websocket\r\n\r\n");
      assertThat(client.reply().status()).as(head).isEqualTo(400);
    }
    assertThat(api.received()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(ints = {0xC1, 0x83, 0x0F, 0x80})
  void frames_thatBreakTheProtocol_endTheSocket(int first) throws Exception {
    TestClient client = handshake(echo());
    client.in().head();
    byte[] broken = frame(1, true, true, "x");
    broken[0] = (byte) first;
    client.send(broken);
    assertThat(read(client.in()).opcode()).isEqualTo(8);
  }

  @Test
  void server_closing_closesTheClient() throws Exception {
    TestClient client =
        handshake((in, out) -> {
          in.head();
          out.write(SWITCH.getBytes(StandardCharsets.ISO_8859_1));
          send(out, frame(8, true, false, "\u0003\u00e8"));
        });
    client.in().head();
    assertThat(read(client.in()).opcode()).isEqualTo(8);
    assertThat(client.isClosedByPeer()).isTrue();
  }
}
