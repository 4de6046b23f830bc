package io.keymantle.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// The broker's own way out: every upstream connection through a proxy's CONNECT.
final class UpstreamProxyIT {
  private final Queue<String> connects = new ConcurrentLinkedQueue<>();
  private GatewayFixture gateway;
  private TestUpstream api;
  private TestUpstream proxy;
  private String agent;
  private String token;

  @BeforeEach
  void open() throws Exception {
    gateway = new GatewayFixture();
    agent = gateway.broker.agent("main");
    api =
        TestUpstream.tls(
            gateway.outside.server(GatewayFixture.HOST), TestUpstream.answering("hello"));
    token =
        gateway.broker.grant(
            agent,
            "github-api",
            GatewayFixture.VALUE,
            GatewayFixture.binding(GatewayFixture.HOST, api.port()));
  }

  @AfterEach
  void close() throws Exception {
    gateway.close();
    api.close();
    proxy.close();
  }

  private void start(TestUpstream.Script script, String user, String direct) throws Exception {
    proxy = TestUpstream.plain(script);
    UpstreamProxy way = UpstreamProxy.parse("http://" + user + "127.0.0.1:" + proxy.port(), direct);
    gateway.start(configuration ->
        configuration
            .withProxy(way)
            .withResolver(host -> java.util.List.of(InetAddress.getByName(host))));
  }

  private TestUpstream.Script relaying() {
    return (in, out) -> {
      connects.add(in.head());
      Socket onward = new Socket(InetAddress.getLoopbackAddress(), api.port());
      out.write("HTTP/1.1 200 OK\r\n\r\n".getBytes(StandardCharsets.ISO_8859_1));
      out.flush();
      Thread.ofVirtual().start(() -> pump(onward, out));
      OutputStream forward = onward.getOutputStream();
      for (int b = in.read(); b >= 0; b = in.read()) {
        forward.write(b);
      }
      onward.close();
    };
  }

  private static void pump(Socket from, OutputStream to) {
    try (InputStream in = from.getInputStream()) {
      byte[] buffer = new byte[4096];
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        to.write(buffer, 0, n);
        to.flush();
      }
    } catch (IOException e) {
      Thread.currentThread().interrupt();
    }
  }

  private Wire.Message ask() throws Exception {
    return gateway
        .tunnel(agent, GatewayFixture.HOST, api.port())
        .ask(
            "GET / HTTP/1.1\r\nHost: api.test:"
                + api.port()
                + "\r\nAuthorization: Bearer "
                + token
                + "\r\n\r\n");
  }

  @Test
  void request_goesThroughTheProxyAndThePeerIsStillVerified() throws Exception {
    start(relaying(), "user:pa%3Ass@", "");
    assertThat(ask().text()).isEqualTo("hello");
    assertThat(connects.peek())
        .startsWith("CONNECT api.test:" + api.port() + " HTTP/1.1\r\n")
        .contains("Proxy-Authorization: Basic dXNlcjpwYTpzcw==");
    assertThat(proxy.received()).doesNotContain(GatewayFixture.VALUE);
    assertThat(api.received()).contains(GatewayFixture.VALUE);
  }

  @Test
  void proxyThatRefuses_is502AndNothingIsSent() throws Exception {
    start(TestUpstream.replying("HTTP/1.1 403 No\r\nContent-Length: 0\r\n\r\n"), "", "");
    Wire.Message reply = ask();
    assertThat(reply.status()).isEqualTo(502);
    assertThat(reply.text()).contains("upstream_unreachable");
    assertThat(api.received()).isEmpty();
  }

  @Test
  void hostOfTheDirectList_isReachedWithoutTheProxy() throws Exception {
    assertThat(UpstreamProxy.parse("http://p:1", "a.test, .b.test,*.c.test").isDirect("a.test"))
        .isTrue();
    UpstreamProxy way = UpstreamProxy.parse("p:1", "a.test,.b.test");
    assertThat(way.isDirect("x.a.test")).isTrue();
    assertThat(way.isDirect("xa.test")).isFalse();
    assertThat(way.isDirect("x.b.test")).isTrue();
    assertThat(way.isDirect("c.test")).isFalse();
    proxy = TestUpstream.plain(relaying());
  }
}
