package io.keymantle.gateway;

import io.keymantle.domain.ErrorCode;
import io.keymantle.domain.RefusedException;
import io.keymantle.gateway.HeadReader.Malformed;
import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Parses request heads (RFC 9112 §3 to §6) into canonical form, refusing what is ambiguous. Not
/// thread-safe; one per client connection.
final class RequestParser {
  private static final byte[] VERSION = " HTTP/1.".getBytes(StandardCharsets.US_ASCII);
  private static final int LONGEST_METHOD = 32;

  private final HeadReader reader;
  private final GatewayLimits limits;
  private final boolean strictFraming;

  RequestParser(GatewayLimits limits, boolean strictFraming) {
    this.reader = new HeadReader(limits.requestHead());
    this.limits = limits;
    this.strictFraming = strictFraming;
  }

  /// Takes one head off the buffer.
  ///
  /// @return null when more bytes are needed
  /// @throws RefusedException with `ambiguous_request`, `head_too_large` or `uri_too_long`
  @Nullable IncomingRequest read(ByteBuf in) {
    try {
      byte[] head = reader.read(in);
      if (head != null) {
        return parse(head);
      }
      if (reader.firstLine() > limits.uri() + LONGEST_METHOD + VERSION.length + 3) {
        throw uriTooLong();
      }
      return null;
    } catch (Malformed e) {
      if (e.kind() == Malformed.Kind.SYNTAX) {
        throw Refusals.ambiguous(e.text());
      }
      if (reader.firstLine() > limits.uri()) {
        throw uriTooLong();
      }
      throw Refusals.headTooLarge(
          e.text().isEmpty()
              ? "the request's head is longer than " + limits.requestHead() + " bytes"
              : "the request has " + e.text());
    }
  }

  private RefusedException uriTooLong() {
    return RefusedException.of(
        ErrorCode.URI_TOO_LONG,
        "the request's target is longer than " + limits.uri() + " bytes",
        "send long parameters in the body");
  }

  private IncomingRequest parse(byte[] head) {
    int methodEnd = 0;
    while (isMethod(head[methodEnd])) {
      methodEnd++;
    }
    if (methodEnd == 0 || methodEnd > LONGEST_METHOD || head[methodEnd] != ' ') {
      throw Malformed.syntax("the method is not an upper-case word");
    }
    int targetStart = methodEnd + 1;
    int targetEnd = targetStart;
    while (head[targetEnd] > ' ' && head[targetEnd] != 0x7f) {
      targetEnd++;
    }
    boolean versioned = true;
    for (int i = 0; i < VERSION.length; i++) {
      versioned &= head[Math.min(targetEnd + i, head.length - 1)] == VERSION[i];
    }
    int minor = targetEnd + VERSION.length;
    if (targetEnd == targetStart
        || !versioned
        || (head[minor] != '1' && head[minor] != '0')
        || head[minor + 1] != '\r'
        || head[minor + 2] != '\n') {
      throw Malformed.syntax("the request line is not METHOD SP TARGET SP HTTP/1.1");
    }
    if (targetEnd - targetStart > limits.uri()) {
      throw uriTooLong();
    }
    boolean http11 = head[minor] == '1';
    String method = method(head, methodEnd);
    HeaderFields fields = FieldParser.parse(head, minor + 3, limits.headerCount());
    return request(method, head, targetStart, targetEnd, http11, fields);
  }

  private static boolean isMethod(int c) {
    return (c >= 'A' && c <= 'Z') || c == '-' || c == '_';
  }

  private static String method(byte[] head, int end) {
    if (end == 3 && head[0] == 'G' && head[1] == 'E' && head[2] == 'T') {
      return "GET";
    }
    if (end == 4 && head[0] == 'P' && head[1] == 'O' && head[2] == 'S' && head[3] == 'T') {
      return "POST";
    }
    return new String(head, 0, end, StandardCharsets.US_ASCII);
  }

  private IncomingRequest request(
      String method, byte[] head, int start, int end, boolean http11, HeaderFields fields) {
    HopFields hop = HopFields.take(fields, http11);
    Framing framing =
        strictFraming ? FieldParser.framing(fields, http11) : laxFraming(fields, http11);
    IncomingRequest.Form form = IncomingRequest.Form.ORIGIN;
    String authority = "";
    CanonicalTarget target = new CanonicalTarget("", null);
    if (method.equals("CONNECT")) {
      form = IncomingRequest.Form.AUTHORITY;
      authority = text(head, start, end);
    } else if (head[start] == '/') {
      target = CanonicalTarget.of(head, start, end);
    } else if (end - start == 1 && head[start] == '*' && method.equals("OPTIONS")) {
      form = IncomingRequest.Form.ASTERISK;
      target = new CanonicalTarget("*", null);
    } else {
      int scheme = schemeEnd(head, start, end);
      form =
          scheme - start == 7 ? IncomingRequest.Form.ABSOLUTE : IncomingRequest.Form.ABSOLUTE_TLS;
      int pathStart = scheme;
      while (pathStart < end && head[pathStart] != '/' && head[pathStart] != '?') {
        pathStart++;
      }
      authority = text(head, scheme, pathStart);
      target = absolutePath(head, pathStart, end);
    }
    return new IncomingRequest(
        new RequestHead(method, target.path(), target.query(), fields, framing),
        form,
        authority,
        hop.host,
        hop.persistent(http11),
        http11,
        hop.upgrade,
        hop.expectsContinue,
        hop.proxyAuthorization);
  }

  private static CanonicalTarget absolutePath(byte[] head, int start, int end) {
    if (start < end && head[start] == '/') {
      return CanonicalTarget.of(head, start, end);
    }
    byte[] rooted = ("/" + text(head, start, end)).getBytes(StandardCharsets.ISO_8859_1);
    return CanonicalTarget.of(rooted, 0, rooted.length);
  }

  private static int schemeEnd(byte[] head, int start, int end) {
    String text = text(head, start, Math.min(end, start + 8)).toLowerCase(Locale.ROOT);
    if (text.startsWith("http://")) {
      return start + 7;
    }
    if (text.startsWith("https://")) {
      return start + 8;
    }
    throw Malformed.syntax("the target is neither a path nor an http URL");
  }

  private static String text(byte[] head, int start, int end) {
    return new String(head, start, end - start, StandardCharsets.ISO_8859_1);
  }

  /// What a lenient proxy does, for the test of [Guard#FRAMING]: the first length wins and both
  /// headers go on.
  private static Framing laxFraming(HeaderFields fields, boolean http11) {
    int length = fields.find("content-length");
    return length >= 0
        ? Framing.length(FieldParser.contentLength(fields, length))
        : FieldParser.framing(fields, http11);
  }
}
