package io.keymantle.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.keymantle.domain.ErrorCode;
import io.keymantle.domain.RefusedException;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class RequestParserTest {
  private static final String END = "Host: a.test\r\n\r\n";

  private static IncomingRequest parse(String text) {
    ByteBuf bytes = Unpooled.copiedBuffer(text, StandardCharsets.ISO_8859_1);
    return new RequestParser(GatewayLimits.DEFAULT, true).read(bytes);
  }

  private static String serialised(IncomingRequest request) {
    ByteBuf out = Unpooled.buffer();
    request.head().writeTo(out);
    return out.toString(StandardCharsets.ISO_8859_1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 1, 1\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nContent-Length: +1\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 0x1\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 1 1\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nContent-Length:\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 9999999999999999999\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: identity\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip, chunked\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked, chunked\r\n\r\n",
        "GET / HTTP/1.1\r\n"
            + "Host: a\r\n"
            + "Transfer-Encoding: chunked\r\n"
            + "Transfer-Encoding: chunked\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: xchunked\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding : chunked\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked;q=1\r\n\r\n",
        "GET / HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n",
        "GET / HTTP/1.1\nHost: a\n\n",
        "GET / HTTP/1.1\r\nHost: a\nX: b\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\n\n",
        "GET / HTTP/1.1\r\nHost: a\r\nX: b\rY: c\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nX: b\r\n folded\r\n\r\n",
        "GET / HTTP/1.1\r\n Host: a\r\n\r\n",
        "GET / HTTP/1.1\r\nHost : a\r\n\r\n",
        "GET / HTTP/1.1\r\nHost\t: a\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nX\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\n: b\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nX(y): b\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nX: b\0c\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nX: b\u0001c\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nX: b\u007fc\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nX\u00e4: b\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n",
        "GET / HTTP/1.1\r\n\r\n",
        "GET /\r\n\r\n",
        "GET / HTTP/2.0\r\nHost: a\r\n\r\n",
        "GET / HTTP/1.2\r\nHost: a\r\n\r\n",
        "GET / http/1.1\r\nHost: a\r\n\r\n",
        "GET  / HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET /  HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET\t/ HTTP/1.1\r\nHost: a\r\n\r\n",
        " GET / HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET / HTTP/1.1 \r\nHost: a\r\n\r\n",
        "get / HTTP/1.1\r\nHost: a\r\n\r\n",
        "G@T / HTTP/1.1\r\nHost: a\r\n\r\n",
        "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        "GET * HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET a.test/x HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET ftp://a.test/ HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET /a#b HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET http://a.test/#b HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET /a\u00e4 HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET /a\u0000 HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET /a\\b HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET /a%00b HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET /a%zz HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET /a% HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET /a?b=%4 HTTP/1.1\r\nHost: a\r\n\r\n",
        "\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n",
        "\nGET / HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nExpect: 200-ok\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nConnection: content-length\r\nContent-Length: 3\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nConnection: host\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nProxy-Authorization: a\r\nProxy-Authorization: b\r\n\r\n",
      })
  void head_thatIsAmbiguous_isRefused(String text) {
    assertThatThrownBy(() -> parse(text))
        .isInstanceOfSatisfying(
            RefusedException.class,
            refused -> assertThat(refused.problem().code()).isEqualTo(ErrorCode.AMBIGUOUS_REQUEST));
  }

  @ParameterizedTest
  @CsvSource({
    "/a/../b, /b",
    "/a/./b, /a/b",
    "/a/b/.., /a/",
    "/.., /",
    "/../../a, /a",
    "/%2e%2e/a, /a",
    "/a/%2E%2e/b, /b",
    "/%7Euser, /~user",
    "/%61%62, /ab",
    "/a%2fb, /a%2Fb",
    "/a%3cb, /a%3Cb",
    "/a<b>, /a%3Cb%3E",
    "/a{b}, /a%7Bb%7D",
    "/a//b, /a//b",
    "/?x=%61%2f, /?x=a%2F",
    "/?x=../y, /?x=../y",
    "/a;b=c, /a;b=c",
    "/..a/b, /..a/b",
    "/a/.b, /a/.b",
    "/a?, /a?",
    "/%6bmt_0, /kmt_0",
  })
  void target_isForwardedInCanonicalForm(String given, String canonical) {
    assertThat(serialised(parse("GET " + given + " HTTP/1.1\r\n" + END)))
        .startsWith("GET " + canonical + " HTTP/1.1\r\n");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/a%2Fb",
        "/a%5Cb",
        "/a%252fb",
        "/a//b",
        "/a/..;/b",
        "/a/.;x/b",
        "/a%3Fb",
        "/a%23"
      })
  void path_thatServersReadDifferently_isAmbiguousWherePathsAreJudged(String path) {
    assertThat(CanonicalTarget.isAmbiguous(path)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"/", "/a/b", "/a;b=c", "/a%20b", "/a%C3%A4"})
  void path_thatEverybodyReadsAlike_isNotAmbiguous(String path) {
    assertThat(CanonicalTarget.isAmbiguous(path)).isFalse();
  }

  @Test
  void hopByHopFields_areNotForwarded() {
    IncomingRequest request =
        parse(
            "POST /a HTTP/1.1\r\nHost: a.test\r\nConnection: keep-alive, X-Hop, TE\r\nX-Hop: 1\r\n"
                + "Keep-Alive: 5\r\nTE: trailers\r\nProxy-Connection: keep-alive\r\n"
                + "Proxy-Authorization: Bearer x\r\nPROXY-Foo: y\r\nHTTP2-Settings: z\r\n"
                + "X-End: 2\r\nContent-Length: 0003\r\n\r\n");
    assertThat(serialised(request))
        .isEqualTo("POST /a HTTP/1.1\r\nHost: a.test\r\nX-End: 2\r\nContent-Length: 3\r\n\r\n");
    assertThat(request.proxyAuthorization()).isEqualTo("Bearer x");
    assertThat(request.persistent()).isTrue();
  }

  @Test
  void upgrade_withoutConnectionNamingIt_isNoUpgrade() {
    assertThat(parse("GET / HTTP/1.1\r\nUpgrade: websocket\r\n" + END).upgrade()).isNull();
  }

  @Test
  void oneEmptyLine_beforeTheRequestLine_isLetPass() {
    assertThat(parse("\r\nGET / HTTP/1.1\r\n" + END).head().path()).isEqualTo("/");
  }

  @Test
  void absoluteForm_withoutPath_isTheRoot() {
    IncomingRequest request = parse("GET HTTP://A.test?q HTTP/1.1\r\n" + END);
    assertThat(request.authority()).isEqualTo("A.test");
    assertThat(request.head().path()).isEqualTo("/");
    assertThat(request.head().query()).isEqualTo("q");
  }

  @Test
  void head_splitAtEveryByte_parsesAlike() {
    String text = "POST /a/../b?c HTTP/1.1\r\nHost: a.test\r\nX: y \r\nContent-Length: 2\r\n\r\nhi";
    for (int split = 0; split <= text.length(); split++) {
      RequestParser parser = new RequestParser(GatewayLimits.DEFAULT, true);
      ByteBuf bytes = Unpooled.buffer();
      bytes.writeCharSequence(text.substring(0, split), StandardCharsets.ISO_8859_1);
      IncomingRequest request = parser.read(bytes);
      if (request == null) {
        bytes.writeCharSequence(text.substring(split), StandardCharsets.ISO_8859_1);
        request = parser.read(bytes);
      }
      assertThat(serialised(request))
          .isEqualTo("POST /b?c HTTP/1.1\r\nHost: a.test\r\nX: y\r\nContent-Length: 2\r\n\r\n");
    }
  }
}
