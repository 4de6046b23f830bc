package io.keymantle.gateway;

import static io.keymantle.gateway.TestFrame.frame;
import static io.keymantle.gateway.TestFrame.message;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.keymantle.domain.Destination;
import io.keymantle.domain.EgressPolicy;
import io.keymantle.domain.Scheme;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Streams that stay open: values which the agent is granted while they are open are masked in
/// them, and nothing but their limits ends them.
final class OpenStreamIT {
  private static final String VALUE = GatewayFixture.VALUE;
  private static final String SSE =
      "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n";

  private final BlockingQueue<byte[]> pieces = new LinkedBlockingQueue<>();
  private GatewayFixture gateway;
  private TestUpstream api;
  private String agent;
  private TestClient client;

  @BeforeEach
  void open() throws Exception {
    gateway = new GatewayFixture();
    api = gateway.upstream(GatewayFixture.HOST, this::serve);
    agent =
        gateway.broker.agent(
            "main",
            new EgressPolicy(
                EgressPolicy.Mode.ALLOW_LISTED,
                Set.of(new Destination(Scheme.HTTPS, GatewayFixture.HOST, api.port())),
                Set.of()));
  }

  @AfterEach
  void close() throws Exception {
    pieces.add(new byte[0]);
    gateway.close();
  }

  /// Writes piece after piece as the test gives them; an empty one ends the connection.
  private void serve(Wire in, OutputStream out) throws IOException {
    in.head();
    try {
      for (byte[] piece = pieces.take(); piece.length > 0; piece = pieces.take()) {
        out.write(piece);
        out.flush();
      }
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
  }

  private void say(String text) {
    pieces.add(text.getBytes(StandardCharsets.ISO_8859_1));
  }

  private void event(String text) {
    say(Integer.toHexString(text.length()) + "\r\n" + text + "\r\n");
  }

  private String heard() throws IOException {
    byte[] chunk = client.in().exactly(Integer.parseInt(client.in().line(), 16));
    client.in().line();
    return new String(chunk, StandardCharsets.ISO_8859_1);
  }

  private void assertHeard(String expected) throws IOException {
    StringBuilder text = new StringBuilder();
    while (text.length() < expected.length()) {
      text.append(heard());
    }
    assertThat(text).hasToString(expected);
  }

  private void ask(String... fields) throws Exception {
    if (client == null) {
      gateway.start();
    }
    client = gateway.tunnel(agent, GatewayFixture.HOST, api.port());
    client.send(
        "GET / HTTP/1.1\r\nHost: api.test:"
            + api.port()
            + "\r\n"
            + String.join("", fields)
            + "\r\n");
  }

  private void grant(String credential, String value) {
    var _ =
        gateway.broker.grant(
            agent, credential, value, GatewayFixture.binding(GatewayFixture.HOST, api.port()));
  }

  /// Nothing arrives for so long, and the connection stays.
  private void assertSilent(int milliseconds) throws IOException {
    assertThatThrownBy(client.patience(milliseconds).in()::read)
        .isInstanceOf(SocketTimeoutException.class);
    client.patience(10_000);
  }

  @Test
  void events_ofAStreamOpenedBeforeTheFirstGrant_areMaskedOnceItIsThere() throws Exception {
    say(SSE + "\r\n");
    event("data: " + VALUE + "\n\n");
    ask();
    client.in().head();
    assertThat(heard()).isEqualTo("data: " + VALUE + "\n\n");
    grant("github-api", VALUE);
    event("data: " + VALUE + "\n\n");
    assertHeard("data: [redacted:github-api]\n\n");
    grant("other-api", "another-Value-987654");
    event("data: another-Value-987654 " + VALUE + "\n\n");
    assertHeard("data: [redacted:other-api] [redacted:github-api]\n\n");
  }

  @Test
  void firstEvent_afterAGrantThatCameAfterTheHead_isMasked() throws Exception {
    grant("github-api", VALUE);
    say(SSE + "\r\n");
    ask();
    client.in().head();
    grant("other-api", "another-Value-987654");
    event("data: another-Value-987654\n\n");
    assertHeard("data: [redacted:other-api]\n\n");
  }

  @Test
  void event_thatBeginsLikeAnOldValue_doesNotKeepANewOneFromBeingMasked() throws Exception {
    grant("github-api", VALUE);
    say(SSE + "\r\n");
    ask();
    client.in().head();
    event("data: " + VALUE.substring(0, 9));
    assertThat(heard()).isEqualTo("data: ");
    grant("other-api", "another-Value-987654");
    event("another-Value-987654" + VALUE.substring(0, 9));
    assertHeard(VALUE.substring(0, 9) + "[redacted:other-api]");
    event(VALUE.substring(9) + "\n");
    assertHeard("[redacted:github-api]\n");
  }

  @Test
  void event_whileTheValuesAreBeingRead_waitsForThem() throws Exception {
    say(SSE + "\r\n");
    ask();
    client.in().head();
    Runnable read = gateway.broker.holdRedactions();
    grant("github-api", VALUE);
    event("data: " + VALUE + "\n\n");
    assertSilent(300);
    read.run();
    assertHeard("data: [redacted:github-api]\n\n");
  }

  @Test
  void trailers_ofAStreamOpenedBeforeTheGrant_areMasked() throws Exception {
    say(SSE + "\r\n");
    event("a");
    ask();
    client.in().head();
    assertThat(heard()).isEqualTo("a");
    grant("github-api", VALUE);
    say("0\r\nX-Echo: " + VALUE + "\r\n\r\n");
    assertThat(client.in().line()).isEqualTo("0");
    assertThat(client.in().line()).isEqualTo("X-Echo: [redacted:github-api]");
  }

  @Test
  void bodyOfPromisedLength_thatHoldsAValueGrantedSince_isBrokenOff() throws Exception {
    String begin = "x".repeat(40_000);
    say("HTTP/1.1 200 OK\r\nContent-Length: " + (begin.length() + VALUE.length()) + "\r\n\r\n");
    say(begin);
    ask();
    assertThat(client.in().head()).contains("Content-Length: ");
    client.in().exactly(begin.length());
    grant("github-api", VALUE);
    say(VALUE);
    assertThat(restOrBroken()).doesNotContain(VALUE.substring(0, 8));
  }

  @Test
  void bodyOfPromisedLength_thatHoldsNoValue_arrivesWithItsLength() throws Exception {
    String begin = "x".repeat(40_000);
    say("HTTP/1.1 200 OK\r\nContent-Length: 40006\r\n\r\n" + begin);
    ask();
    assertThat(client.in().head()).contains("Content-Length: 40006\r\n");
    client.in().exactly(begin.length());
    grant("github-api", VALUE);
    say("entity");
    assertThat(new String(client.in().exactly(6), StandardCharsets.ISO_8859_1)).isEqualTo("entity");
  }

  @Test
  void compressedStream_openedBeforeTheFirstGrant_isBrokenOffBecauseItCannotBeRead()
      throws Exception {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(bytes, true)) {
      say(SSE + "Content-Encoding: gzip\r\n\r\n");
      gzip.write("data: 1\n\n".getBytes(StandardCharsets.ISO_8859_1));
      gzip.flush();
      event(bytes.toString(StandardCharsets.ISO_8859_1));
      ask();
      assertThat(client.in().head()).contains("Content-Encoding: gzip");
      assertThat(heard()).hasSize(bytes.size());
      grant("github-api", VALUE);
      bytes.reset();
      gzip.write(VALUE.getBytes(StandardCharsets.ISO_8859_1));
      gzip.flush();
    }
    event(bytes.toString(StandardCharsets.ISO_8859_1));
    assertThat(restOrBroken()).isEmpty();
    Waiting.until(() -> gateway.broker.refusals().contains("reply_unreadable"));
  }

  private String restOrBroken() {
    try {
      return new String(client.in().rest(), StandardCharsets.ISO_8859_1);
    } catch (IOException broken) {
      return "";
    }
  }

  private void socket() throws Exception {
    say(TestFrame.SWITCH);
    ask(
        "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
            + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n");
    assertThat(client.in().head()).startsWith("HTTP/1.1 101 ");
  }

  @Test
  void messages_ofASocketOpenedBeforeTheFirstGrant_areMaskedOnceItIsThere() throws Exception {
    socket();
    pieces.add(frame(1, true, false, VALUE));
    assertThat(message(client.in())).isEqualTo(VALUE);
    grant("github-api", VALUE);
    pieces.add(frame(1, true, false, VALUE));
    assertThat(message(client.in())).isEqualTo("[redacted:github-api]");
    pieces.add(frame(9, true, false, VALUE));
    assertThat(TestFrame.read(client.in()).payload()).isEqualTo("[redacted:github-api]");
  }

  @Test
  void message_begunBeforeTheGrant_isMaskedFromItsNextFragmentOn() throws Exception {
    socket();
    pieces.add(frame(1, false, false, "begin "));
    assertThat(TestFrame.read(client.in()).payload()).isEqualTo("begin ");
    grant("github-api", VALUE);
    pieces.add(frame(0, false, false, VALUE));
    pieces.add(frame(0, true, false, "."));
    assertThat(message(client.in())).isEqualTo("[redacted:github-api].");
  }

  @Test
  void message_whileTheValuesAreBeingRead_waitsForThem() throws Exception {
    socket();
    Runnable read = gateway.broker.holdRedactions();
    grant("github-api", VALUE);
    pieces.add(frame(1, true, false, VALUE));
    assertSilent(300);
    read.run();
    assertThat(message(client.in())).isEqualTo("[redacted:github-api]");
  }

  private void startImpatient() throws Exception {
    GatewayLimits d = GatewayLimits.DEFAULT;
    gateway.start(configuration ->
        configuration.withLimits(
            new GatewayLimits(
                d.requestHead(),
                d.uri(),
                d.headerCount(),
                d.replyHead(),
                d.bufferedBody(),
                d.connectionsPerAgent(),
                d.connections(),
                d.inFlightPerAgent(),
                d.requestsPerSecondPerAgent(),
                d.redactionHitsPerMinute(),
                d.handshake(),
                d.head(),
                d.idle(),
                Duration.ofMillis(200),
                d.total())));
    client = gateway.client();
  }

  @Test
  void socket_thatOutlastsTheWaitForAReplyHead_staysOpen() throws Exception {
    startImpatient();
    socket();
    assertSilent(600);
    pieces.add(frame(1, true, false, "late"));
    assertThat(message(client.in())).isEqualTo("late");
  }

  @Test
  void reply_begunBeforeTheRequestEnded_outlastsTheWaitForAReplyHead() throws Exception {
    startImpatient();
    say(SSE + "\r\n");
    client = gateway.tunnel(agent, GatewayFixture.HOST, api.port());
    client.send(
        "POST / HTTP/1.1\r\nHost: api.test:" + api.port() + "\r\nContent-Length: 2\r\n\r\na");
    client.in().head();
    client.send("b");
    assertSilent(600);
    event("late");
    assertThat(heard()).isEqualTo("late");
  }

  @Test
  void longReply_whoseUpstreamClosesBehindIt_reachesASlowClientWhole() throws Exception {
    byte[] body = "0123456789abcdef".repeat(400_000).getBytes(StandardCharsets.ISO_8859_1);
    say("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: " + body.length + "\r\n\r\n");
    pieces.add(body);
    pieces.add(new byte[0]);
    ask();
    assertThat(client.in().head()).contains("200 OK");
    assertThat(client.in().exactly(body.length)).isEqualTo(body);
  }
}
