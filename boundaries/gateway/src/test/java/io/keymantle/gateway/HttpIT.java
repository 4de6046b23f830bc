package io.keymantle.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.EOFException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// HTTP/1.1 in full, through an intercepted tunnel.
final class HttpIT {
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

  private TestClient talk(TestUpstream.Script script) throws Exception {
    api = gateway.upstream(GatewayFixture.HOST, script);
    token =
        gateway.broker.grant(
            agent,
            "github-api",
            GatewayFixture.VALUE,
            GatewayFixture.binding(GatewayFixture.HOST, api.port()));
    gateway.start();
    return gateway.tunnel(agent, GatewayFixture.HOST, api.port());
  }

  private String head(String line, String... fields) {
    StringBuilder head = new StringBuilder(line + " HTTP/1.1\r\n");
    head.append("Host: ").append(GatewayFixture.HOST).append(':').append(api.port());
    for (String field : fields) {
      head.append("\r\n").append(field);
    }
    return head + "\r\n\r\n";
  }

  private static TestUpstream.Script echo() {
    return (in, out) -> {
      for (Wire.Message request = in.request(); request != null; request = in.request()) {
        String body = request.text() + "|" + request.trailers();
        out.write(
            ("HTTP/1.1 200 OK\r\nContent-Length: " + body.length() + "\r\n\r\n" + body)
                .getBytes(StandardCharsets.ISO_8859_1));
        out.flush();
      }
    };
  }

  @Test
  void requestBody_ofKnownLength_arrives() throws Exception {
    TestClient client = talk(echo());
    assertThat(client.ask(head("POST /", "Content-Length: 5") + "hello").text())
        .isEqualTo("hello|");
    assertThat(client.ask(head("POST /", "Content-Length: 0")).text()).isEqualTo("|");
  }

  @Test
  void requestBody_chunkedWithTrailers_arrivesWithThem() throws Exception {
    TestClient client = talk(echo());
    assertThat(
            client
                .ask(
                    head("POST /", "Transfer-Encoding: chunked")
                        + "3\r\nhel\r\n2\r\nlo\r\n0\r\nX-Sum: 1\r\n\r\n")
                .text())
        .isEqualTo("hello|X-Sum: 1\n");
  }

  @Test
  void requestBody_ofAMegabyteInPieces_arrivesWhole() throws Exception {
    TestClient client =
        talk((in, out) -> {
          Wire.Message request = in.request();
          String body = Integer.toString(Arrays.hashCode(request.body()));
          out.write(
              ("HTTP/1.1 200 OK\r\nContent-Length: " + body.length() + "\r\n\r\n" + body)
                  .getBytes(StandardCharsets.ISO_8859_1));
          out.flush();
        });
    byte[] body = new byte[1 << 20];
    for (int i = 0; i < body.length; i++) {
      body[i] = (byte) ('a' + i * 31 % 26);
    }
    client.send(head("POST /", "Content-Length: " + body.length));
    client.send(body);
    assertThat(client.reply().text()).isEqualTo(Integer.toString(Arrays.hashCode(body)));
  }

  @Test
  void pipelinedRequests_areAnsweredInOrder() throws Exception {
    TestClient client = talk(echo());
    client.send(
        head("POST /", "Content-Length: 1")
            + "1"
            + head("POST /", "Content-Length: 1")
            + "2"
            + head("POST /", "Content-Length: 1")
            + "3");
    assertThat(client.reply().text()).isEqualTo("1|");
    assertThat(client.reply().text()).isEqualTo("2|");
    assertThat(client.reply().text()).isEqualTo("3|");
    assertThat(api.connections()).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhe\r\n3\r\nllo\r\n0\r\n\r\n",
      })
  void replyBody_inEitherFraming_arrivesAndTheConnectionIsReused(String reply) throws Exception {
    TestClient client = talk(TestUpstream.replying(reply));
    assertThat(client.ask(head("GET /")).text()).isEqualTo("hello");
    assertThat(client.ask(head("GET /")).text()).isEqualTo("hello");
    assertThat(api.connections()).isEqualTo(1);
  }

  @Test
  void replyBody_endedByClose_arrivesChunkedAndTheClientStays() throws Exception {
    TestClient client =
        talk((in, out) -> {
          in.request();
          out.write("HTTP/1.1 200 OK\r\n\r\nhello".getBytes(StandardCharsets.ISO_8859_1));
        });
    Wire.Message reply = client.ask(head("GET /"));
    assertThat(reply.text()).isEqualTo("hello");
    assertThat(reply.header("transfer-encoding")).isEqualTo("chunked");
    assertThat(client.ask(head("GET /")).text()).isEqualTo("hello");
  }

  @Test
  void replyTrailers_arePassedOn() throws Exception {
    TestClient client =
        talk(
            TestUpstream.replying(
                "HTTP/1.1 200 OK\r\n"
                    + "Transfer-Encoding: chunked\r\n\r\n"
                    + "5\r\n"
                    + "hello\r\n"
                    + "0\r\n"
                    + "X-T: v\r\n\r\n"));
    assertThat(client.ask(head("GET /")).trailers()).isEqualTo("X-T: v\n");
  }

  @ParameterizedTest
  @ValueSource(ints = {204, 304})
  void status_withoutBody_hasNone(int status) throws Exception {
    TestClient client = talk(TestUpstream.replying("HTTP/1.1 " + status + " X\r\nETag: a\r\n\r\n"));
    assertThat(client.ask(head("GET /")).status()).isEqualTo(status);
    assertThat(client.ask(head("GET /")).header("etag")).isEqualTo("a");
  }

  @Test
  void head_hasNoBody() throws Exception {
    TestClient client =
        talk(TestUpstream.replying("HTTP/1.1 200 OK\r\nContent-Length: 5\r\nX-A: b\r\n\r\n"));
    for (int i = 0; i < 2; i++) {
      client.send(head("HEAD /"));
      assertThat(client.in().reply(true).header("x-a")).isEqualTo("b");
    }
  }

  @Test
  void expectContinue_isAnsweredByTheUpstream() throws Exception {
    CountDownLatch seen = new CountDownLatch(1);
    TestClient client =
        talk((in, out) -> {
          String asked = in.head();
          seen.countDown();
          out.write("HTTP/1.1 100 Continue\r\n\r\n".getBytes(StandardCharsets.ISO_8859_1));
          out.flush();
          byte[] body = in.exactly(5);
          out.write(
              ("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n"
                      + new String(body, StandardCharsets.ISO_8859_1))
                  .getBytes(StandardCharsets.ISO_8859_1));
          assertThat(asked).contains("Expect: 100-continue");
        });
    client.send(head("POST /", "Content-Length: 5", "Expect: 100-continue"));
    seen.await();
    assertThat(client.reply().status()).isEqualTo(100);
    client.send("hello");
    assertThat(client.reply().text()).isEqualTo("hello");
  }

  @Test
  void earlyHints_arePassedOn() throws Exception {
    TestClient client =
        talk(
            TestUpstream.replying(
                "HTTP/1.1 103 Early Hints\r\n"
                    + "Link: </a>\r\n\r\n"
                    + "HTTP/1.1 200 OK\r\n"
                    + "Content-Length: 0\r\n\r\n"));
    assertThat(client.ask(head("GET /")).header("link")).isEqualTo("</a>");
    assertThat(client.reply().status()).isEqualTo(200);
  }

  @Test
  void http10Client_getsABodyEndedByClose() throws Exception {
    TestClient client =
        talk(
            TestUpstream.replying(
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n"));
    client.send("GET / HTTP/1.0\r\n\r\n");
    Wire.Message reply = client.reply();
    assertThat(reply.text()).isEqualTo("hello");
    assertThat(reply.header("transfer-encoding")).isEmpty();
    assertThat(reply.header("connection")).isEqualTo("close");
  }

  @Test
  void connectionClose_fromTheClient_closesAfterTheReply() throws Exception {
    TestClient client = talk(TestUpstream.answering("hello"));
    Wire.Message reply = client.ask(head("GET /", "Connection: close"));
    assertThat(reply.text()).isEqualTo("hello");
    assertThat(reply.header("connection")).isEqualTo("close");
    assertThat(client.isClosedByPeer()).isTrue();
    assertThat(api.heads().getFirst()).doesNotContain("Connection");
  }

  @Test
  void serverSentEvents_arriveOneByOne() throws Exception {
    CountDownLatch next = new CountDownLatch(1);
    TestClient client =
        talk((in, out) -> {
          in.request();
          out.write(
              ("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n"
                      + "Transfer-Encoding: chunked\r\n\r\n9\r\ndata: 1\n\n\r\n")
                  .getBytes(StandardCharsets.ISO_8859_1));
          out.flush();
          await(next);
          out.write("9\r\ndata: 2\n\n\r\n0\r\n\r\n".getBytes(StandardCharsets.ISO_8859_1));
        });
    client.send(head("GET /"));
    assertThat(client.in().head()).contains("text/event-stream");
    client.in().line();
    assertThat(new String(client.in().exactly(9), StandardCharsets.ISO_8859_1))
        .isEqualTo("data: 1\n\n");
    next.countDown();
    client.in().line();
    client.in().line();
    assertThat(new String(client.in().exactly(9), StandardCharsets.ISO_8859_1))
        .isEqualTo("data: 2\n\n");
  }

  private static void await(CountDownLatch latch) throws IOException {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
  }

  @Test
  void replyCutShort_isNotTakenForWhole() throws Exception {
    TestClient client =
        talk((in, out) -> {
          in.request();
          out.write(
              "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n"
                  .getBytes(StandardCharsets.ISO_8859_1));
        });
    client.send(head("GET /"));
    assertThatThrownBy(client::reply)
        .isInstanceOfAny(
            EOFException.class, java.net.SocketException.class, javax.net.ssl.SSLException.class);
  }

  @Test
  void shortReplyCutShort_is502() throws Exception {
    TestClient client =
        talk((in, out) -> {
          in.request();
          out.write(
              "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhello"
                  .getBytes(StandardCharsets.ISO_8859_1));
        });
    Wire.Message reply = client.ask(head("GET /"));
    assertThat(reply.status()).isEqualTo(502);
    assertThat(reply.text()).contains("upstream_unreachable");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\na",
        "HTTP/1.1 200 OK\nContent-Length: 0\n\n",
        "HTTP/1.1 200 OK\r\nX: a\r\n b\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.1 200 OK\r\nX : a\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.1 200 OK\r\nX: a\0b\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.1 20 OK\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.1 999 OK\r\nContent-Length: 0\r\n\r\n",
        "HTTP/2 200\r\nContent-Length: 0\r\n\r\n",
        "ICY 200 OK\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: h2c\r\nConnection: Upgrade\r\n\r\n",
      })
  void reply_thatIsNotStrictHttp_is502(String text) throws Exception {
    TestClient client = talk(TestUpstream.replying(text));
    Wire.Message reply = client.ask(head("GET /"));
    assertThat(reply.status()).isEqualTo(502);
    assertThat(reply.text()).contains("upstream_invalid");
  }

  @Test
  void bytesAfterAReply_areNotTakenForTheNextOne() throws Exception {
    TestClient client =
        talk(
            TestUpstream.replying(
                "HTTP/1.1 200 OK\r\n"
                    + "Content-Length: 2\r\n\r\n"
                    + "okHTTP/1.1 200 OK\r\n"
                    + "Content-Length: 4\r\n\r\n"
                    + "fake"));
    assertThat(client.ask(head("GET /")).text()).isEqualTo("ok");
    assertThat(client.ask(head("GET /")).text()).isEqualTo("ok");
    assertThat(api.connections()).isEqualTo(2);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "POST / HTTP/1.1\r\n"
            + "Host: HOST\r\n"
            + "Content-Length: 3\r\n"
            + "Transfer-Encoding: chunked\r\n\r\n"
            + "0\r\n\r\n",
        "POST / HTTP/1.1\r\n"
            + "Host: HOST\r\n"
            + "Transfer-Encoding: chunked\r\n\r\n"
            + "3;x=y\r\n"
            + "abc\r\n"
            + "0\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: HOST\r\nX: a\r\n b\r\n\r\n",
        "GET / HTTP/1.1\nHost: HOST\n\n",
      })
  void request_thatIsAmbiguous_is400AndTheConnectionEnds(String text) throws Exception {
    TestClient client = talk(TestUpstream.answering("hello"));
    client.send(
        text.replace("HOST", GatewayFixture.HOST + ":" + api.port())
            + head("GET /smuggled", "Authorization: Bearer " + token));
    Wire.Message reply = client.reply();
    assertThat(reply.status()).isEqualTo(400);
    assertThat(reply.text()).contains("ambiguous_request");
    assertThat(reply.header("connection")).isEqualTo("close");
    assertThat(client.isClosedByPeer()).isTrue();
    assertThat(api.received()).doesNotContain("smuggled");
  }

  @Test
  void smuggledRequest_reachesTheUpstreamOnceTheFramingGuardIsGone() throws Exception {
    api = gateway.upstream(GatewayFixture.HOST, TestUpstream.answering("hello"));
    gateway.broker.grant(
        agent,
        "github-api",
        GatewayFixture.VALUE,
        GatewayFixture.binding(GatewayFixture.HOST, api.port()));
    gateway.without(Guard.FRAMING);
    String smuggled = "0\r\n\r\nGET /smuggled HTTP/1.1\r\nHost: x\r\n\r\n";
    gateway
        .tunnel(agent, GatewayFixture.HOST, api.port())
        .ask(
            head("POST /", "Content-Length: " + smuggled.length(), "Transfer-Encoding: chunked")
                + smuggled);
    Waiting.until(() -> api.heads().stream().anyMatch(each -> each.startsWith("GET /smuggled")));
  }

  @ParameterizedTest
  @ValueSource(strings = {"TRACE", "TRACK"})
  void method_thatEchoesHeaders_isRefused(String method) throws Exception {
    TestClient client = talk(TestUpstream.answering("hello"));
    assertThat(client.ask(head(method + " /")).text()).contains("method_not_allowed");
    assertThat(api.received()).isEmpty();
  }

  @Test
  void upgradeToH2c_isRefused() throws Exception {
    TestClient client = talk(TestUpstream.answering("hello"));
    assertThat(
            client
                .ask(
                    head(
                        "GET /",
                        "Connection: Upgrade, HTTP2-Settings",
                        "Upgrade: h2c",
                        "HTTP2-Settings: AAMAAABkAARAAAAAAAIAAAAA"))
                .text())
        .contains("upgrade_not_allowed");
    assertThat(api.received()).isEmpty();
  }

  @Test
  void pooledConnection_closedByTheUpstream_isRetriedForAGet() throws Exception {
    TestClient client =
        talk((in, out) -> {
          in.request();
          out.write(
              "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
                  .getBytes(StandardCharsets.ISO_8859_1));
          out.flush();
          in.request();
        });
    assertThat(client.ask(head("GET /", "Authorization: Bearer " + token)).text()).isEqualTo("ok");
    assertThat(client.ask(head("GET /", "Authorization: Bearer " + token)).text()).isEqualTo("ok");
    assertThat(api.connections()).isEqualTo(2);
    assertThat(gateway.broker.redemptions).hasSize(2);
  }

  @Test
  void largeReply_toASlowClient_isHeldBackAndArrivesWhole() throws Exception {
    byte[] part = new byte[64 * 1024];
    Arrays.fill(part, (byte) 'x');
    int parts = 256;
    TestClient client =
        talk((in, out) -> {
          in.request();
          out.write(
              ("HTTP/1.1 200 OK\r\nContent-Length: " + part.length * parts + "\r\n\r\n")
                  .getBytes(StandardCharsets.ISO_8859_1));
          for (int i = 0; i < parts; i++) {
            out.write(part);
          }
        });
    client.send(head("GET /"));
    Wire.Message reply = client.reply();
    assertThat(reply.body()).hasSize(part.length * parts);
  }
}
