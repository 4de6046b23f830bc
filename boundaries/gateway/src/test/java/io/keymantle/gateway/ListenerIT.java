package io.keymantle.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.keymantle.domain.Destination;
import io.keymantle.domain.EgressPolicy;
import io.keymantle.domain.Scheme;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.io.IOException;
import java.io.OutputStream;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayDeque;
import java.util.Base64;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Who may speak to the listeners, and what they make of the first bytes.
final class ListenerIT {
  private GatewayFixture gateway;
  private TestUpstream api;
  private String agent;

  @BeforeEach
  void open() throws Exception {
    gateway = new GatewayFixture();
    agent = gateway.broker.agent("main");
    api = gateway.plainUpstream("plain.test", TestUpstream.answering("hello"));
    gateway.broker.grant(
        agent,
        "github-api",
        GatewayFixture.VALUE,
        GatewayFixture.plainBinding("plain.test", api.port()));
  }

  @AfterEach
  void close() throws Exception {
    gateway.close();
  }

  private String request(String authorization) {
    return "GET http://plain.test:"
        + api.port()
        + "/ HTTP/1.1\r\nHost: plain.test:"
        + api.port()
        + "\r\n"
        + authorization
        + "\r\n";
  }

  private static String basic(String pair) {
    return "Proxy-Authorization: Basic "
        + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.ISO_8859_1))
        + "\r\n";
  }

  @Test
  void authorization_inEveryUsualForm_isAccepted() throws Exception {
    gateway.start();
    for (String form :
        List.of(
            basic("agent:" + agent),
            basic(agent + ":"),
            basic(agent),
            "Proxy-Authorization: Bearer " + agent + "\r\n",
            "proxy-authorization: bearer " + agent + "\r\n")) {
      assertThat(gateway.client().ask(request(form)).text()).isEqualTo("hello");
    }
    assertThat(api.received()).doesNotContain("kma_").doesNotContain("roxy-");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "Proxy-Authorization: Basic YTpi\r\n",
        "Proxy-Authorization: Basic !!!\r\n",
        "Proxy-Authorization: Bearer kma_0000000000000000000000000000000000009999\r\n",
        "Proxy-Authorization: Digest a=b\r\n",
        "Authorization: Bearer AGENT\r\n",
      })
  void authorization_thatIsNone_is407AndTheConnectionEnds(String field) throws Exception {
    gateway.start();
    TestClient client = gateway.client();
    Wire.Message reply = client.ask(request(field.replace("AGENT", agent)));
    assertThat(reply.status()).isEqualTo(407);
    assertThat(reply.header("proxy-authenticate")).isEqualTo("Basic realm=\"keymantle\"");
    assertThat(reply.header("content-type")).isEqualTo("application/problem+json");
    assertThat(client.isClosedByPeer()).isTrue();
    assertThat(api.connections()).isZero();
  }

  @Test
  void connect_withoutAuthorization_is407() throws Exception {
    gateway.start();
    assertThat(
            gateway
                .client()
                .ask("CONNECT plain.test:443 HTTP/1.1\r\nHost: plain.test:443\r\n\r\n")
                .status())
        .isEqualTo(407);
  }

  @Test
  void revokedAgent_isRefused() throws Exception {
    gateway.start();
    gateway.broker.revokeAgent(agent);
    Wire.Message reply =
        gateway.client().ask(request("Proxy-Authorization: Bearer " + agent + "\r\n"));
    assertThat(reply.text()).contains("agent_revoked");
  }

  @Test
  void anotherToken_onTheSameConnection_is407() throws Exception {
    String other = gateway.broker.agent("other");
    gateway.start();
    TestClient client = gateway.client();
    assertThat(client.ask(request("Proxy-Authorization: Bearer " + agent + "\r\n")).status())
        .isEqualTo(200);
    assertThat(client.ask(request("Proxy-Authorization: Bearer " + agent + "\r\n")).status())
        .isEqualTo(200);
    assertThat(client.ask(request("Proxy-Authorization: Bearer " + other + "\r\n")).status())
        .isEqualTo(407);
  }

  @Test
  void problem_carriesCodeMessageFixAndStatus() throws Exception {
    gateway.start();
    Wire.Message reply =
        gateway
            .client()
            .ask(
                "GET http://evil.test/ HTTP/1.1\r\nHost: evil.test\r\nProxy-Authorization: Bearer "
                    + agent
                    + "\r\n\r\n");
    assertThat(reply.status()).isEqualTo(403);
    assertThat(reply.text())
        .contains("\"status\":403")
        .contains("\"code\":\"plain_not_allowed\"")
        .contains("\"message\":")
        .contains("\"fix\":\"use https");
  }

  /// Keeps what it reads, and answers.
  private static final class Api extends ChannelInboundHandlerAdapter {
    private final Queue<String> seen;

    Api(Queue<String> seen) {
      this.seen = seen;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
      ByteBuf bytes = (ByteBuf) message;
      seen.add(bytes.toString(StandardCharsets.ISO_8859_1));
      bytes.release();
      ctx.writeAndFlush(
              Unpooled.copiedBuffer(
                  "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\napi", StandardCharsets.ISO_8859_1))
          .addListener(ChannelFutureListener.CLOSE);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 3, 4, 5, 30})
  void originForm_goesToTheAgentApiWithEveryByte(int split) throws Exception {
    Queue<String> seen = new ConcurrentLinkedQueue<>();
    gateway.start(configuration ->
        configuration.withOrigin((pipeline, token) -> pipeline.addLast(new Api(seen))));
    String text = "GET /v1/whoami HTTP/1.1\r\nHost: x\r\n\r\n";
    TestClient client = gateway.client();
    if (split > 0) {
      client.send(text.substring(0, split));
      java.util.concurrent.locks.LockSupport.parkNanos(20_000_000);
    }
    assertThat(client.ask(text.substring(split)).text()).isEqualTo("api");
    assertThat(String.join("", seen))
        .isEqualTo(
            text.substring(
                0, Math.min(text.length(), seen.stream().mapToInt(String::length).sum())));
  }

  @Test
  void originForm_withoutAnAgentApi_isRefused() throws Exception {
    gateway.start();
    assertThat(gateway.client().ask("GET /v1/whoami HTTP/1.1\r\nHost: x\r\n\r\n").status())
        .isEqualTo(407);
  }

  private Wire overSocket(Path path, String text) throws IOException {
    SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
    channel.connect(UnixDomainSocketAddress.of(path));
    OutputStream out = Channels.newOutputStream(channel);
    out.write(text.getBytes(StandardCharsets.ISO_8859_1));
    out.flush();
    return new Wire(Channels.newInputStream(channel), new ArrayDeque<>());
  }

  @Test
  void unixSocket_authenticatesByItsPreamble() throws Exception {
    Path path = gateway.folder().resolve("gateway.sock");
    Queue<String> seen = new ConcurrentLinkedQueue<>();
    gateway.start(configuration ->
        configuration
            .withSocket(path)
            .withOrigin((pipeline, token) -> {
              seen.add(token.orElse("none"));
              pipeline.addLast(new Api(seen));
            }));
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path)))
        .isEqualTo("rw-------");
    String preamble = "KEYMANTLE/1 " + agent + "\n";
    assertThat(overSocket(path, preamble + request("")).reply(false).text()).isEqualTo("hello");
    assertThat(
            overSocket(path, preamble + request("Proxy-Authorization: Bearer " + agent + "\r\n"))
                .reply(false)
                .text())
        .isEqualTo("hello");
    assertThat(
            overSocket(path, preamble + request("Proxy-Authorization: Bearer kma_other\r\n"))
                .reply(false)
                .status())
        .isEqualTo(407);
    assertThat(overSocket(path, preamble + "GET /v1/whoami HTTP/1.1\r\n\r\n").reply(false).text())
        .isEqualTo("api");
    assertThat(seen.peek()).isEqualTo(agent);
    assertThat(
            overSocket(path, request("Proxy-Authorization: Bearer " + agent + "\r\n"))
                .reply(false)
                .status())
        .isEqualTo(407);
    assertThat(overSocket(path, "KEYMANTLE/1 kma_wrong\n" + request("")).reply(false).status())
        .isEqualTo(407);
  }

  @Test
  void tunnelledHost_isPassedThroughWithItsOwnCertificate() throws Exception {
    TestUpstream own = gateway.upstream(GatewayFixture.HOST, TestUpstream.answering("own"));
    String tunnelling =
        gateway.broker.agent(
            "tunnel",
            new EgressPolicy(
                EgressPolicy.Mode.ALLOW_LISTED,
                Set.of(),
                Set.of(new Destination(Scheme.HTTPS, GatewayFixture.HOST, own.port()))));
    gateway.start();
    TestClient client = gateway.client();
    assertThat(client.connect(tunnelling, GatewayFixture.HOST + ":" + own.port()).status())
        .isEqualTo(200);
    client.tls(gateway.outside.client(), GatewayFixture.HOST);
    assertThat(client.ask("GET / HTTP/1.1\r\nHost: a\r\n\r\n").text()).isEqualTo("own");
  }

  @Test
  void denyMode_letsNothingThroughWithoutAToken() throws Exception {
    TestUpstream own = gateway.upstream(GatewayFixture.HOST, TestUpstream.answering("own"));
    String strict =
        gateway.broker.agent(
            "strict", new EgressPolicy(EgressPolicy.Mode.DENY, Set.of(), Set.of()));
    String token =
        gateway.broker.grant(
            strict,
            "strict-api",
            "strict-Value-123456",
            GatewayFixture.binding(GatewayFixture.HOST, own.port()));
    gateway.start();
    TestClient client = gateway.tunnel(strict, GatewayFixture.HOST, own.port());
    String head = "GET / HTTP/1.1\r\nHost: api.test:" + own.port() + "\r\n";
    assertThat(client.ask(head + "\r\n").text()).contains("destination_not_allowed");
    assertThat(client.ask(head + "Authorization: Bearer " + token + "\r\n\r\n").text())
        .isEqualTo("own");
  }
}
