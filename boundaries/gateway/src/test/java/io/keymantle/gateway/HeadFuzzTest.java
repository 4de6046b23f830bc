package io.keymantle.gateway;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.keymantle.domain.Destination;
import io.keymantle.domain.ErrorCode;
import io.keymantle.domain.RefusedException;
import io.keymantle.domain.Scheme;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.Locale;
import java.util.Set;

/// Whatever the bytes of a head, it is refused or has one reading: what is forwarded reads as what
/// was judged, however the bytes arrived.
final class HeadFuzzTest {
  private static final Set<ErrorCode> REFUSALS =
      Set.of(ErrorCode.AMBIGUOUS_REQUEST, ErrorCode.HEAD_TOO_LARGE, ErrorCode.URI_TOO_LONG);

  @FuzzTest(maxDuration = "60s")
  void request_ofAnyBytes_isRefusedOrReadsAsItIsForwarded(byte[] data) {
    String whole = forwarded(data, data.length);
    assertThat(forwarded(data, data.length / 2)).isEqualTo(whole);
    if (!whole.startsWith("!") && !whole.startsWith("CONNECT ")) {
      // A client of HTTP/1.0 need not name the host: the engine does when it forwards.
      if (whole.toLowerCase(Locale.ROOT).contains("\r\nhost:")) {
        assertThat(forwarded(whole.getBytes(ISO_8859_1), 0)).isEqualTo(whole);
      }
      assertSound(whole);
    }
  }

  /// The head as it goes on; `!` and a code when it is refused, `!` alone when it is not whole.
  private static String forwarded(byte[] data, int cut) {
    RequestParser parser = new RequestParser(GatewayLimits.DEFAULT, true);
    try {
      ByteBuf bytes = Unpooled.buffer().writeBytes(data, 0, cut);
      IncomingRequest request = parser.read(bytes);
      if (request == null) {
        request = parser.read(bytes.writeBytes(data, cut, data.length - cut));
      }
      if (request == null) {
        return "!";
      }
      ByteBuf out = Unpooled.buffer();
      request.head().writeTo(out);
      return out.toString(ISO_8859_1);
    } catch (RefusedException refused) {
      assertThat(REFUSALS).contains(refused.problem().code());
      return "!" + refused.problem().code();
    }
  }

  private static void assertSound(String head) {
    assertThat(head).endsWith("\r\n\r\n");
    String[] lines = head.substring(0, head.length() - 4).split("\r\n", -1);
    for (String line : lines) {
      assertThat(line).isNotEmpty().doesNotContain("\r", "\n", "\0");
    }
    assertThat(lines[0]).matches("[A-Z_-]{1,32} [!-~]+ HTTP/1\\.1");
  }

  @FuzzTest(maxDuration = "60s")
  void reply_ofAnyBytes_isRefusedOrReadsAsItIsForwarded(byte[] data) {
    String whole = passed(data, data.length);
    assertThat(passed(data, data.length / 2)).isEqualTo(whole);
    if (!whole.startsWith("!")) {
      assertThat(passed(whole.getBytes(ISO_8859_1), 0)).isEqualTo(whole);
    }
  }

  private static String passed(byte[] data, int cut) {
    ReplyParser parser = new ReplyParser(GatewayLimits.DEFAULT);
    try {
      ByteBuf bytes = Unpooled.buffer().writeBytes(data, 0, cut);
      ReplyParser.Incoming reply = parser.read(bytes, false);
      if (reply == null) {
        reply = parser.read(bytes.writeBytes(data, cut, data.length - cut), false);
      }
      if (reply == null) {
        return "!";
      }
      ByteBuf out = Unpooled.buffer();
      reply.head().writeTo(out);
      return out.toString(ISO_8859_1);
    } catch (RefusedException refused) {
      assertThat(refused.problem().code()).isEqualTo(ErrorCode.UPSTREAM_INVALID);
      return "!" + refused.problem().code();
    }
  }

  @FuzzTest(maxDuration = "60s")
  void authority_ofAnyText_isRefusedOrHasOneSpelling(byte[] data) {
    try {
      Destination destination = HostRules.parse(Scheme.HTTPS, new String(data, ISO_8859_1));
      assertThat(destination.authority()).matches("[a-z0-9._:\\[\\]-]+");
      assertThat(HostRules.parse(Scheme.HTTPS, destination.authority())).isEqualTo(destination);
      assertThat(Destination.parse(destination.toString())).isEqualTo(destination);
    } catch (RefusedException refused) {
      assertThat(refused.problem().code()).isEqualTo(ErrorCode.AMBIGUOUS_REQUEST);
    }
  }

  @FuzzTest(maxDuration = "60s")
  void authorization_ofAnyText_isAnAgentTokenOr407(byte[] data) {
    try {
      assertThat(ProxyAuthentication.token(new String(data, ISO_8859_1))).startsWith("kma_");
    } catch (RefusedException refused) {
      assertThat(refused.problem().code()).isEqualTo(ErrorCode.PROXY_AUTHENTICATION_REQUIRED);
    }
  }
}
