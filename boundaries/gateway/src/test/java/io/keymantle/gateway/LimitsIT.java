package io.keymantle.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.keymantle.domain.Destination;
import io.keymantle.domain.Injection;
import io.keymantle.domain.NetworkBinding;
import io.keymantle.domain.Scheme;
import io.keymantle.domain.Surface;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Each limit of docs/limits.md at its last allowed value and one past it.
final class LimitsIT {
  private static final Duration SHORT = Duration.ofMillis(200);

  private GatewayFixture gateway;
  private TestUpstream api;
  private String agent;
  private TestUpstream.Script script = TestUpstream.answering("hello");

  @BeforeEach
  void open() throws Exception {
    gateway = new GatewayFixture();
    agent = gateway.broker.agent("main");
  }

  @AfterEach
  void close() throws Exception {
    gateway.close();
  }

  private void start(GatewayLimits limits) throws Exception {
    api = gateway.plainUpstream("plain.test", (in, out) -> script.serve(in, out));
    NetworkBinding plain = GatewayFixture.plainBinding("plain.test", api.port());
    gateway.broker.grant(agent, "github-api", GatewayFixture.VALUE, plain);
    gateway.start(configuration -> configuration.withLimits(limits));
  }

  private static GatewayLimits small() {
    GatewayLimits d = GatewayLimits.DEFAULT;
    return new GatewayLimits(
        1024,
        200,
        8,
        1024,
        100,
        3,
        5,
        2,
        0,
        3,
        d.handshake(),
        d.head(),
        d.idle(),
        d.replyHeadWait(),
        d.total());
  }

  private String head(String method, String path, String more) {
    return method
        + " http://plain.test:"
        + api.port()
        + path
        + " HTTP/1.1\r\nHost: plain.test:"
        + api.port()
        + "\r\nProxy-Authorization: Bearer "
        + agent
        + "\r\n"
        + more
        + "\r\n";
  }

  private Wire.Message ask(String text) throws Exception {
    return gateway.client().ask(text);
  }

  private static void assertRefused(Wire.Message reply, int status, String code) {
    assertThat(reply.status()).isEqualTo(status);
    assertThat(reply.text()).contains("\"" + code + "\"");
  }

  @Test
  void requestHead_atAndPastItsLimit() throws Exception {
    start(small());
    int rest = 1024 - head("GET", "/", "X: \r\n").length();
    assertThat(ask(head("GET", "/", "X: " + "a".repeat(rest) + "\r\n")).status()).isEqualTo(200);
    assertRefused(
        ask(head("GET", "/", "X: " + "a".repeat(rest + 1) + "\r\n")), 431, "head_too_large");
  }

  @Test
  void target_atAndPastItsLimit() throws Exception {
    start(small());
    int rest = 200 - ("http://plain.test:" + api.port() + "/").length();
    assertThat(ask(head("GET", "/" + "a".repeat(rest), "")).status()).isEqualTo(200);
    assertRefused(ask(head("GET", "/" + "a".repeat(rest + 1), "")), 414, "uri_too_long");
    assertRefused(ask(head("GET", "/" + "a".repeat(5000), "")), 414, "uri_too_long");
  }

  @Test
  void headerCount_atAndPastItsLimit() throws Exception {
    start(small());
    assertThat(ask(head("GET", "/", "A: 1\r\n".repeat(6))).status()).isEqualTo(200);
    assertRefused(ask(head("GET", "/", "A: 1\r\n".repeat(7))), 431, "head_too_large");
  }

  @Test
  void replyHead_atAndPastItsLimit() throws Exception {
    start(small());
    String bare = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nX: \r\n\r\n";
    script = TestUpstream.replying(bare.replace("X: ", "X: " + "a".repeat(1024 - bare.length())));
    assertThat(ask(head("GET", "/", "")).status()).isEqualTo(200);
    script = TestUpstream.replying(bare.replace("X: ", "X: " + "a".repeat(1025 - bare.length())));
    assertRefused(ask(head("GET", "/other", "")), 502, "upstream_invalid");
  }

  @Test
  void interimReplies_atAndPastTheirLimit() throws Exception {
    start(small());
    String hint = "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n";
    String last = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";
    for (int count : new int[] {16, 17}) {
      script = TestUpstream.replying(hint.repeat(count) + last);
      TestClient client = gateway.client();
      client.send(head("GET", "/" + count, ""));
      for (int i = 0; i < 16; i++) {
        assertThat(client.reply().status()).isEqualTo(103);
      }
      Wire.Message reply = client.reply();
      if (count == 16) {
        assertThat(reply.status()).isEqualTo(200);
      } else {
        assertRefused(reply, 502, "upstream_invalid");
      }
    }
  }

  @Test
  void bodyOfABodySurface_atAndPastItsLimit() throws Exception {
    api = gateway.plainUpstream("plain.test", TestUpstream.answering("hello"));
    String token =
        gateway.broker.grant(
            agent,
            "form-api",
            GatewayFixture.VALUE,
            new NetworkBinding(
                new Destination(Scheme.HTTP, "plain.test", api.port()),
                Set.of(),
                List.of(),
                new Surface.FormField("k"),
                new Injection.ReplaceToken(),
                1,
                List.of(),
                List.of()));
    gateway.start(configuration -> configuration.withLimits(small()));
    String form = "k=" + token + "&f=";
    String type = "Content-Type: application/x-www-form-urlencoded\r\n";
    String fits = form + "a".repeat(100 - form.length());
    assertThat(ask(head("POST", "/", type + "Content-Length: 100\r\n") + fits).status())
        .isEqualTo(200);
    assertThat(api.received()).contains("k=" + GatewayFixture.VALUE + "&f=aaa");
    assertRefused(
        ask(head("POST", "/", type + "Content-Length: 101\r\n") + fits + "a"),
        413,
        "body_too_large");
    assertRefused(
        ask(
            head("POST", "/", type + "Transfer-Encoding: chunked\r\n")
                + "64\r\n"
                + fits
                + "\r\n1\r\na\r\n0\r\n\r\n"),
        413,
        "body_too_large");
  }

  @Test
  void heldBodiesOfAnAgent_atAndPastTheirLimit() {
    AgentUsage usage = new AgentUsage(small(), true, 0);
    assertThat(usage.hold(799)).isTrue();
    assertThat(usage.hold(1)).isTrue();
    assertThat(usage.hold(1)).isFalse();
    usage.letGo(1);
    assertThat(usage.hold(1)).isTrue();
  }

  @Test
  void heldBody_thatWasSent_isHeldNoLonger() throws Exception {
    api = gateway.plainUpstream("plain.test", TestUpstream.answering("hello"));
    NetworkBinding form =
        new NetworkBinding(
            new Destination(Scheme.HTTP, "plain.test", api.port()),
            Set.of(),
            List.of(),
            new Surface.FormField("k"),
            new Injection.ReplaceToken(),
            1,
            List.of(),
            List.of());
    gateway.broker.grant(agent, "form-api", GatewayFixture.VALUE, form);
    gateway.start(configuration -> configuration.withLimits(small()));
    String type = "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 100\r\n";
    String body = "f=" + "a".repeat(98);
    for (int i = 0; i < 20; i++) {
      assertThat(ask(head("POST", "/", type + "Connection: close\r\n") + body).status())
          .isEqualTo(200);
    }
  }

  @Test
  void connectionsOfAnAgent_atAndPastTheirLimit() throws Exception {
    start(small());
    List<TestClient> open = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      TestClient client = gateway.client();
      assertThat(client.ask(head("GET", "/", "")).status()).isEqualTo(200);
      open.add(client);
    }
    assertRefused(ask(head("GET", "/", "")), 503, "too_many_connections");
    open.getFirst().close();
    Waiting.until(() -> askQuietly() == 200);
  }

  private int askQuietly() {
    try {
      return ask(head("GET", "/", "Connection: close\r\n")).status();
    } catch (Exception e) {
      return 0;
    }
  }

  @Test
  void connectionsInAll_pastTheirLimit_areClosed() throws Exception {
    start(small());
    for (int i = 0; i < 5; i++) {
      gateway.client().send("G");
    }
    Waiting.until(this::isClosedAtOnce);
  }

  /// Stays open itself: of connections that arrive together, any may be the one too many.
  private boolean isClosedAtOnce() {
    try {
      return gateway.client().patience(200).isClosedByPeer();
    } catch (java.io.IOException e) {
      return true;
    }
  }

  @Test
  void requestsInFlight_atAndPastTheirLimit() throws Exception {
    start(small());
    CountDownLatch release = new CountDownLatch(1);
    script =
        (in, out) -> {
          in.request();
          try {
            release.await();
          } catch (InterruptedException e) {
            return;
          }
          out.write(
              "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        };
    TestClient first = gateway.client().send(head("GET", "/", ""));
    TestClient second = gateway.client().send(head("GET", "/", ""));
    Waiting.until(() -> api.heads().size() == 2);
    TestClient third = gateway.client();
    assertRefused(third.ask(head("GET", "/", "")), 429, "rate_limited");
    release.countDown();
    assertThat(first.reply().status()).isEqualTo(200);
    assertThat(second.reply().status()).isEqualTo(200);
    assertThat(third.ask(head("GET", "/", "")).status()).isEqualTo(200);
  }

  @Test
  void requestsPerSecond_atAndPastTheirLimit() {
    GatewayLimits d = GatewayLimits.DEFAULT;
    AgentUsage usage =
        new AgentUsage(
            new GatewayLimits(
                d.requestHead(),
                d.uri(),
                d.headerCount(),
                d.replyHead(),
                d.bufferedBody(),
                d.connectionsPerAgent(),
                d.connections(),
                1000,
                10,
                60,
                d.handshake(),
                d.head(),
                d.idle(),
                d.replyHeadWait(),
                d.total()),
            true,
            0);
    for (int i = 0; i < 10; i++) {
      assertThat(usage.started(0)).isTrue();
    }
    assertThat(usage.started(0)).isFalse();
    assertThat(usage.started(99_999_999)).isFalse();
    assertThat(usage.started(100_000_000)).isTrue();
    assertThat(usage.started(100_000_000)).isFalse();
  }

  @Test
  void redactionHits_atAndPastTheirLimit() throws Exception {
    start(small());
    script =
        TestUpstream.replying(
            "HTTP/1.1 200 OK\r\nContent-Length: 21\r\n\r\n" + GatewayFixture.VALUE);
    TestClient client = gateway.client();
    for (int i = 0; i < 3; i++) {
      assertThat(client.ask(head("GET", "/", "")).text()).isEqualTo("[redacted:github-api]");
    }
    assertRefused(client.ask(head("GET", "/", "")), 429, "rate_limited");
    script = TestUpstream.replying("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
    assertThat(gateway.broker.events.stream().filter(e -> e.kind().toString().equals("redaction")))
        .isNotEmpty()
        .allMatch(event -> event.credential().equals("github-api"));
    assertThat(ask(head("GET", "/clean", "")).text()).isIn("ok", "rate_limited");
  }

  @Test
  void redactionHits_windowOpensAgainAfterAMinute() {
    AgentUsage usage = new AgentUsage(small(), true, 0);
    long minute = Duration.ofMinutes(1).toNanos();
    assertThat(usage.hit(0) && usage.hit(1) && usage.hit(2)).isTrue();
    assertThat(usage.hit(3)).isFalse();
    assertThat(usage.hit(minute - 1)).isFalse();
    assertThat(usage.hit(minute)).isTrue();
  }

  private GatewayLimits times(
      Duration handshake, Duration head, Duration idle, Duration reply, Duration total) {
    GatewayLimits d = GatewayLimits.DEFAULT;
    return new GatewayLimits(
        d.requestHead(),
        d.uri(),
        d.headerCount(),
        d.replyHead(),
        d.bufferedBody(),
        d.connectionsPerAgent(),
        d.connections(),
        d.inFlightPerAgent(),
        0,
        d.redactionHitsPerMinute(),
        handshake,
        head,
        idle,
        reply,
        total);
  }

  private static final Duration LONG = Duration.ofMinutes(1);

  @Test
  void headTime_passed_is408() throws Exception {
    start(times(LONG, SHORT, LONG, LONG, Duration.ZERO));
    assertRefused(gateway.client().ask("GET http://pl"), 408, "request_timeout");
    assertThat(gateway.client().isClosedByPeer()).isTrue();
  }

  @Test
  void idleTime_passed_closes() throws Exception {
    start(times(LONG, LONG, SHORT, LONG, Duration.ZERO));
    TestClient client = gateway.client();
    assertThat(client.ask(head("GET", "/", "")).status()).isEqualTo(200);
    assertThat(client.isClosedByPeer()).isTrue();
  }

  @Test
  void replyHeadWait_passed_is504() throws Exception {
    start(times(LONG, LONG, LONG, SHORT, Duration.ZERO));
    script = (in, out) -> in.rest();
    assertRefused(ask(head("GET", "/", "")), 504, "upstream_timeout");
  }

  @Test
  void totalTime_passed_is504OrCutsTheStream() throws Exception {
    start(times(LONG, LONG, LONG, LONG, SHORT));
    script = (in, out) -> in.rest();
    assertRefused(ask(head("GET", "/", "")), 504, "upstream_timeout");
  }

  @Test
  void handshakeTime_passed_closes() throws Exception {
    start(times(SHORT, LONG, LONG, LONG, Duration.ZERO));
    gateway.broker.grant(
        agent, "tls-api", "tls-Value-12345678", GatewayFixture.binding("tls.test", 443));
    TestClient client = gateway.client();
    client.connect(agent, "tls.test:443");
    client.send(new byte[] {0x16, 3, 1});
    assertThat(client.isClosedByPeer()).isTrue();
  }
}
