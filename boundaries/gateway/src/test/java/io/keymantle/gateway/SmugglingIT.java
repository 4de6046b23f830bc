package io.keymantle.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.keymantle.domain.Injection;
import io.keymantle.domain.NetworkBinding;
import java.io.IOException;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Requests and replies by which proxies elsewhere were made to disagree with their neighbours on
/// where a message ends, what it says, or whose it is.
final class SmugglingIT {
  private GatewayFixture gateway;
  private TestUpstream api;
  private TestUpstream.Script script = TestUpstream.answering("hello");
  private String agent;
  private String token;

  @BeforeEach
  void open() throws Exception {
    gateway = new GatewayFixture();
    agent = gateway.broker.agent("main");
    api = gateway.upstream(GatewayFixture.HOST, (in, out) -> script.serve(in, out));
  }

  @AfterEach
  void close() throws Exception {
    gateway.close();
  }

  private void start(Injection injection) throws Exception {
    NetworkBinding plain = GatewayFixture.binding(GatewayFixture.HOST, api.port());
    token =
        gateway.broker.grant(
            agent,
            "github-api",
            GatewayFixture.VALUE,
            new NetworkBinding(
                plain.destination(),
                plain.methods(),
                plain.paths(),
                plain.surface(),
                injection,
                1,
                List.of(),
                List.of()));
    gateway.start();
  }

  private void start() throws Exception {
    start(new Injection.ReplaceToken());
  }

  private TestClient tunnel() throws Exception {
    return gateway.tunnel(agent, GatewayFixture.HOST, api.port());
  }

  private String text(String template) {
    return template
        .replace("HOST", "Host: api.test:" + api.port())
        .replace("TOKEN", token)
        .replace("|", "\r\n");
  }

  private String smuggled() {
    return text("GET /smuggled HTTP/1.1|HOST|Authorization: Bearer TOKEN||");
  }

  /// `|` stands for CR LF.
  private static final List<String> TWO_READINGS =
      List.of(
          "POST / HTTP/1.1|HOST|Content-Length: 44|Transfer-Encoding: chunked||0||",
          "POST / HTTP/1.1|HOST|Transfer-Encoding: chunked|Content-Length: 4||5c||",
          "POST / HTTP/1.1|HOST|Content-Length: 3|Content-Length: 0||",
          "POST / HTTP/1.1|HOST|Content-Length: 0|content-length: 0||",
          "POST / HTTP/1.1|HOST|Content-Length: 0, 0||",
          "POST / HTTP/1.1|HOST|Content-Length: +0||",
          "POST / HTTP/1.1|HOST|Content-Length: 0_0||",
          "POST / HTTP/1.1|HOST|Content-Length: 1e1||",
          "POST / HTTP/1.1|HOST|Content-Length: 18446744073709551616||",
          "POST / HTTP/1.1|HOST|Content_Length: 3||",
          "POST / HTTP/1.1|HOST|Content-Length: 0|Transfer_Encoding: chunked||",
          "POST / HTTP/1.1|HOST|Transfer-Encoding: chunked|Transfer-Encoding: chunked||0||",
          "POST / HTTP/1.1|HOST|Transfer-Encoding: chunked|Transfer-encoding: identity||0||",
          "POST / HTTP/1.1|HOST|Transfer-Encoding: chunked, identity||0||",
          "POST / HTTP/1.1|HOST|Transfer-Encoding: identity, chunked||0||",
          "POST / HTTP/1.1|HOST|Transfer-Encoding: chunked,||0||",
          "POST / HTTP/1.1|HOST|Transfer-Encoding: , chunked||0||",
          "POST / HTTP/1.1|HOST|Transfer-Encoding: xchunked||0||",
          "POST / HTTP/1.1|HOST|Transfer-Encoding: \"chunked\"||0||",
          "POST / HTTP/1.1|HOST|Transfer-Encoding: chunked;foo=bar||0||",
          "POST / HTTP/1.1|HOST|Transfer-Encoding: \u000bchunked||0||",
          "POST / HTTP/1.1|HOST|Transfer-Encoding:\u000cchunked||0||",
          "POST / HTTP/1.1|HOST|Transfer-Encoding: chunked\u00a0||0||",
          "POST / HTTP/1.1|HOST|Transfer-Encoding: chun\rked||0||",
          "POST / HTTP/1.1|HOST|Transfer-Encoding\u00a0: chunked||0||",
          "POST / HTTP/1.1|HOST|Transfer-Encoding:||0||",
          "POST / HTTP/1.1|HOST|Transfer-Encoding:| chunked||0||",
          "POST / HTTP/1.1|HOST|X: y|\tTransfer-Encoding: chunked||0||",
          "POST / HTTP/1.1|HOST|X: y\nTransfer-Encoding: chunked||0||",
          "POST / HTTP/1.0|HOST|Transfer-Encoding: chunked||0||",
          "POST / HTTP/1.1|HOST|Transfer-Encoding: chunked||0;ext||",
          "POST / HTTP/1.1|HOST|Transfer-Encoding: chunked||0 ||",
          "POST / HTTP/1.1|HOST|Transfer-Encoding: chunked|| 0||",
          "POST / HTTP/1.1|HOST|Transfer-Encoding: chunked||0x0||",
          "POST / HTTP/1.1|HOST|Transfer-Encoding: chunked||+0||",
          "POST / HTTP/1.1|HOST|Transfer-Encoding: chunked||-0||",
          "POST / HTTP/1.1|HOST|Transfer-Encoding: chunked||0\n\r\n",
          "POST / HTTP/1.1|HOST|Transfer-Encoding: chunked||1|aX||0||",
          "POST / HTTP/1.1|HOST|Transfer-Encoding: chunked||1|a\n0||",
          "POST / HTTP/1.1|HOST|Transfer-Encoding: chunked||10000000000000000|",
          "POST / HTTP/1.1|HOST|Transfer-Encoding: chunked||0000000000000000|",
          "POST / HTTP/1.1|HOST|Transfer-Encoding: chunked||0|Content-Length: 5||",
          "POST / HTTP/1.1|HOST|Transfer-Encoding: chunked||0|Host: evil.test||",
          "POST / HTTP/1.1|HOST|Transfer-Encoding: chunked||0|Authorization: Bearer TOKEN||",
          "POST / HTTP/1.1|HOST|Transfer-Encoding: chunked||0|Cookie: a=b||",
          "POST / HTTP/1.1|HOST|Transfer-Encoding: chunked||0|X: y\n\r\n",
          "POST / HTTP/1.1|HOST|Transfer-Encoding: chunked||0|X : y||",
          "GET / HTTP/1.1|HOST|Authorization: Bearer TOKEN|Authorization: Bearer other||",
          "GET / HTTP/1.1|HOST|HOST||",
          "GET / HTTP/1.1|HOST|Host: evil.test||",
          "GET / HTTP/1.1|Host: api.test, evil.test||",
          "GET / HTTP/1.1|Host: user@api.test||",
          "GET / HTTP/1.1|Host: api.test/x||",
          "GET / HTTP/1.1|Host: api.test:||",
          "GET / HTTP/1.1|Host: api.test:443:443||",
          "GET / HTTP/1.1|Host:||",
          "GET https://user:pass@api.test/ HTTP/1.1|HOST||",
          "GET https:///x HTTP/1.1|HOST||",
          "GET //evil.test\\x HTTP/1.1|HOST||",
          "GET /a b HTTP/1.1|HOST||",
          "GET /#f HTTP/1.1|HOST||",
          "GET /",
          "GET / HTTP/0.9|HOST||",
          "GET / HTTP/1.1\r|HOST||",
          "GET / HTTP/01.1|HOST||",
          "GET / HTTP/1.1|HOST|Connection: content-length|Content-Length: 3||",
          "GET / HTTP/1.1|HOST|Connection: close, host||",
          "PRI * HTTP/2.0||SM||");

  @Test
  void request_withTwoReadings_is400AndTheLastOfItsConnection() throws Exception {
    start();
    for (String attack : TWO_READINGS) {
      TestClient client = tunnel();
      client.send(text(attack) + (attack.equals("GET /") ? "\r\n\r\n" : "") + smuggled());
      Wire.Message reply = client.reply();
      assertThat(reply.status()).as(attack).isEqualTo(400);
      assertThat(reply.text()).as(attack).contains("ambiguous_request");
      assertThat(rest(client)).as(attack).isEmpty();
    }
    assertThat(api.received()).doesNotContain("smuggled").doesNotContain(GatewayFixture.VALUE);
    assertThat(gateway.broker.redemptions).isEmpty();
  }

  private static String rest(TestClient client) throws IOException {
    try {
      return new String(client.in().rest(), StandardCharsets.ISO_8859_1);
    } catch (SocketException | SSLException reset) {
      return "";
    }
  }

  @Test
  void request_ofOneReading_isForwardedInOneSpelling() throws Exception {
    script =
        (in, out) -> {
          for (Wire.Message seen = in.request(); seen != null; seen = in.request()) {
            byte[] body = (seen.head() + seen.text()).getBytes(StandardCharsets.ISO_8859_1);
            out.write(
                ("HTTP/1.1 200 OK\r\nContent-Length: " + body.length + "\r\n\r\n")
                    .getBytes(StandardCharsets.ISO_8859_1));
            out.write(body);
            out.flush();
          }
        };
    start();
    String[][] same = {
      {"POST / HTTP/1.1|host:api.test:PORT|Content-Length:   0003\t||abc", "Content-Length: 3|"},
      {
        "POST / HTTP/1.1|HOST|transfer-encoding: \tCHUNKED ||003|abc|000||",
        "Transfer-Encoding: chunked|"
      },
      {"|GET /a/./b/../c HTTP/1.1|HOST||", "GET /a/c HTTP/1.1|"},
      {"GET https://api.test:PORT/%7e HTTP/1.1|HOST||", "GET /~ HTTP/1.1|HOST|"},
      {"GET / HTTP/1.1|HOST|Max-Forwards: 1|Via: 1.1 other||", "Via: 1.1 other|"},
      {"GET / HTTP/1.1|HOST|Proxy-Connection: x|Connection: , ,||", "GET / HTTP/1.1|HOST||"},
    };
    TestClient client = tunnel();
    for (String[] each : same) {
      String port = Integer.toString(api.port());
      Wire.Message reply = client.ask(text(each[0].replace("PORT", port)));
      assertThat(reply.status()).as(each[0]).isEqualTo(200);
      assertThat(reply.text()).as(each[0]).contains(text(each[1]));
    }
  }

  private static final String STRIPPED =
      "GET / HTTP/1.1|HOST|Authorization: Bearer TOKEN|Connection: authorization, keep-alive||";

  @Test
  void connectionNamingAuthorization_takesTheTokenOut() throws Exception {
    start();
    assertThat(tunnel().ask(text(STRIPPED)).text()).isEqualTo("hello");
    assertThat(api.received()).doesNotContain("uthorization").doesNotContain("kmt_");
  }

  @Test
  void connectionNamingAuthorization_leavesTheInjectedValue() throws Exception {
    start(new Injection.Always(new Injection.Format.Bearer()));
    assertThat(tunnel().ask(text(STRIPPED)).text()).isEqualTo("hello");
    assertThat(api.received()).contains("Authorization: Bearer " + GatewayFixture.VALUE);
  }

  @Test
  void expectation_ofAnHttp10Client_isIgnored() throws Exception {
    start();
    TestClient client = tunnel();
    client.send(text("POST / HTTP/1.0|HOST|Expect: 100-continue|Content-Length: 2||ab"));
    assertThat(client.reply().text()).isEqualTo("hello");
    assertThat(api.heads().getFirst()).doesNotContain("Expect");
  }

  @Test
  void http10_askingToStay_isAnsweredAndClosed() throws Exception {
    start();
    TestClient client = tunnel();
    Wire.Message reply = client.ask(text("GET / HTTP/1.0|HOST|Connection: keep-alive||"));
    assertThat(reply.header("connection")).isEqualTo("close");
    assertThat(rest(client)).isEmpty();
  }

  /// Replies that say two things, with what may follow them.
  private static final List<String> TWO_SAYINGS =
      List.of(
          "HTTP/1.1 200 OK|Content-Length: 5|Transfer-Encoding: chunked||0||",
          "HTTP/1.1 200 OK|Content-Length: 5|Content-Length: 6||hello!",
          "HTTP/1.1 200 OK|Content-Length: +5||hello",
          "HTTP/1.1 200 OK|Content_Length: 5||hello",
          "HTTP/1.1 200 OK|Transfer-Encoding: gzip, chunked||0||",
          "HTTP/1.1 200 OK|Transfer-Encoding: identity||hello",
          "HTTP/1.0 200 OK|Transfer-Encoding: chunked||0||",
          "HTTP/1.1 200 OK|Transfer-Encoding : chunked||0||",
          "HTTP/1.1 200 OK|X: a\rSet-Cookie: b|Content-Length: 0||",
          "HTTP/1.1 200 OK|X: a\nSet-Cookie: b|Content-Length: 0||",
          "HTTP/1.1 200 OK|Connection: content-encoding|Content-Encoding: gzip||hello",
          "HTTP/1.1 204 No Content|Content-Length: 5||hello",
          "HTTP/1.1 101 Switching Protocols|Connection: upgrade|Upgrade: websocket||",
          "HTTP/1.1 100 Continue|Content-Length: 5||helloHTTP/1.1 200 OK||",
          "HTTP/1.1 099 No|Content-Length: 0||",
          "HTTP/1.1 2000 OK|Content-Length: 0||",
          "HTTP/1.1  200 OK|Content-Length: 0||",
          "HTTP/2.0 200 OK|Content-Length: 0||",
          "hello");

  @Test
  void reply_thatSaysTwoThings_is502AndItsConnectionEnds() throws Exception {
    start();
    for (String attack : TWO_SAYINGS) {
      script =
          (in, out) -> {
            in.request();
            out.write(text(attack).getBytes(StandardCharsets.ISO_8859_1));
          };
      Wire.Message reply = tunnel().ask(text("GET / HTTP/1.1|HOST||"));
      assertThat(reply.status()).as(attack).isEqualTo(502);
      assertThat(reply.text())
          .as(attack)
          .containsAnyOf("upstream_invalid", "upstream_unreachable")
          .doesNotContain("hello");
    }
  }

  @Test
  void replyBody_withChunksReadInTwoWays_isBrokenOff() throws Exception {
    start();
    for (String chunks :
        List.of(
            "5;x|hello|0||",
            "5 |hello|0||",
            "5|helloX|0||",
            "0x5|hello|0||",
            "FFFFFFFFFFFFFFFF|hello",
            "5|hello|0|Content-Length: 3||",
            "5|hello|0|Set-Cookie: a=b||",
            "5|hello\n0||")) {
      script =
          (in, out) -> {
            in.request();
            out.write(
                text("HTTP/1.1 200 OK|Transfer-Encoding: chunked||" + chunks)
                    .getBytes(StandardCharsets.ISO_8859_1));
          };
      TestClient client = tunnel();
      client.send(text("GET / HTTP/1.1|HOST||"));
      String all = rest(client);
      assertThat(all).as(chunks).doesNotContain("Set-Cookie").doesNotEndWith("0\r\n\r\n");
    }
  }

  @Test
  void replyBodies_whereNoneBelongs_areNotTakenForTheNextReply() throws Exception {
    start();
    String late = "HTTP/1.1 200 OK|Content-Length: 4||fake";
    for (String head :
        List.of(
            "HTTP/1.1 200 OK|Content-Length: 2||",
            "HTTP/1.1 204 No Content||",
            "HTTP/1.1 304 Not Modified|Content-Length: 9||")) {
      script =
          (in, out) -> {
            for (Wire.Message seen = in.request(); seen != null; seen = in.request()) {
              String reply =
                  seen.head().startsWith("HEAD") ? head : "HTTP/1.1 200 OK|Content-Length: 4||true";
              out.write(
                  text(seen.head().startsWith("HEAD") ? reply + late : reply)
                      .getBytes(StandardCharsets.ISO_8859_1));
              out.flush();
            }
          };
      TestClient client = tunnel();
      client.send(text("HEAD / HTTP/1.1|HOST||"));
      client.in().reply(true);
      assertThat(client.ask(text("GET / HTTP/1.1|HOST||")).text()).as(head).isEqualTo("true");
    }
  }

  @Test
  void fieldsThatConnectionNames_endAtTheGateway() throws Exception {
    start();
    script =
        TestUpstream.replying(
            "HTTP/1.1 200 OK\r\nConnection: X-Hop\r\nX-Hop: 1\r\nX-End: 2\r\nContent-Length:"
                + " 0\r\n\r\n");
    Wire.Message reply = tunnel().ask(text("GET / HTTP/1.1|HOST||"));
    assertThat(reply.header("x-hop")).isEmpty();
    assertThat(reply.header("x-end")).isEqualTo("2");
  }

  @Test
  void token_inATrailer_isRefusedInEveryForm() throws Exception {
    start();
    for (String line :
        List.of(
            "X: " + token,
            "X: " + base64("a:" + token),
            "X: %6bmt_" + token.substring(4),
            token + ": x")) {
      TestClient client = tunnel();
      client.send(
          text("POST / HTTP/1.1|HOST|Transfer-Encoding: chunked||1|a|0|") + line + "\r\n\r\n");
      assertThat(client.reply().status()).as(line).isEqualTo(403);
    }
    assertThat(api.received()).doesNotContain("kmt_");
  }

  private static String base64(String text) {
    return java.util.Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.ISO_8859_1));
  }
}
