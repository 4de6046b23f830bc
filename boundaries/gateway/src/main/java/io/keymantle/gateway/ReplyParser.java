package io.keymantle.gateway;

import io.keymantle.gateway.HeadReader.Malformed;
import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Parses reply heads (RFC 9112 §4 to §6), refusing what is ambiguous. Not thread-safe; one per
/// upstream connection.
final class ReplyParser {
  private static final byte[] VERSION = "HTTP/1.".getBytes(StandardCharsets.US_ASCII);

  private final HeadReader reader;
  private final GatewayLimits limits;

  ReplyParser(GatewayLimits limits) {
    this.reader = new HeadReader(limits.replyHead());
    this.limits = limits;
  }

  /// A parsed reply head and what it says about its connection.
  ///
  /// @param hasBody false for replies to HEAD, 1xx, 204 and 304
  /// @param persistent whether the upstream keeps the connection open
  /// @param upgrade lower-case protocol of an `Upgrade` header, or null
  record Incoming(ReplyHead head, boolean hasBody, boolean persistent, @Nullable String upgrade) {}

  /// Takes one head off the buffer, or null when more bytes are needed.
  ///
  /// @param toHead whether the request was a HEAD
  /// @throws io.keymantle.domain.RefusedException with `upstream_invalid`
  @Nullable Incoming read(ByteBuf in, boolean toHead) {
    try {
      byte[] head = reader.read(in);
      return head == null ? null : parse(head, toHead);
    } catch (Malformed e) {
      throw Refusals.invalidReply(
          e.kind() == Malformed.Kind.SYNTAX
              ? e.text()
              : e.text().isEmpty()
                  ? "its head is longer than " + limits.replyHead() + " bytes"
                  : e.text());
    }
  }

  private Incoming parse(byte[] head, boolean toHead) {
    for (int i = 0; i < VERSION.length; i++) {
      if (head[i] != VERSION[i]) {
        throw Malformed.syntax("its first line is no status line");
      }
    }
    if (head.length < 17
        || (head[7] != '1' && head[7] != '0')
        || head[8] != ' '
        || head[9] < '1'
        || head[9] > '5'
        || !digit(head[10])
        || !digit(head[11])
        || (head[12] != ' ' && head[12] != '\r')) {
      throw Malformed.syntax("its first line is no status line");
    }
    boolean http11 = head[7] == '1';
    int status = (head[9] - '0') * 100 + (head[10] - '0') * 10 + head[11] - '0';
    int reasonStart = head[12] == ' ' ? 13 : 12;
    int reasonEnd = reasonStart;
    while (Ascii.isField(head[reasonEnd])) {
      reasonEnd++;
    }
    if (head[reasonEnd] != '\r' || head[reasonEnd + 1] != '\n') {
      throw Malformed.syntax("a control character in its status line");
    }
    String reason =
        reasonEnd - reasonStart == 2 && head[reasonStart] == 'O' && head[reasonStart + 1] == 'K'
            ? "OK"
            : new String(head, reasonStart, reasonEnd - reasonStart, StandardCharsets.ISO_8859_1);
    HeaderFields fields = FieldParser.parse(head, reasonEnd + 2, limits.headerCount());
    return reply(status, reason, fields, http11, toHead);
  }

  private static boolean digit(int c) {
    return c >= '0' && c <= '9';
  }

  private static Incoming reply(
      int status, String reason, HeaderFields fields, boolean http11, boolean toHead) {
    Framing framing = FieldParser.framing(fields, http11);
    boolean close = false;
    boolean keepAlive = false;
    String upgrade = null;
    StringBuilder named = new StringBuilder();
    for (int i = 0; i < fields.size(); i++) {
      int first = fields.nameFirst(i);
      if (first == 'c' && fields.nameIs(i, "connection")) {
        for (String member : fields.value(i).split(",")) {
          String option = member.strip().toLowerCase(Locale.ROOT);
          switch (option) {
            case "close" -> close = true;
            case "keep-alive" -> keepAlive = true;
            case "", "upgrade" -> {}
            default -> named.append('|').append(option);
          }
        }
        fields.remove(i--);
      } else if (first == 'u' && fields.nameIs(i, "upgrade")) {
        upgrade = fields.value(i).toLowerCase(Locale.ROOT);
        fields.remove(i--);
      } else if ((first == 'k' && fields.nameIs(i, "keep-alive"))
          || (first == 'p' && fields.nameStartsWith(i, "proxy-"))
          || (first == 'a' && fields.nameIs(i, "alt-svc"))) {
        // Alt-Svc would invite the client to another address or to QUIC, past the gateway.
        fields.remove(i--);
      }
    }
    if (!named.isEmpty()) {
      HopFields.removeNamed(fields, named.toString());
    }
    boolean hasBody = !toHead && status >= 200 && status != 204 && status != 304;
    if (!hasBody && status < 300 && !toHead && !framing.isEmpty()) {
      throw Malformed.syntax("a body after a status that has none");
    }
    if (hasBody && framing.kind() == Framing.Kind.NONE) {
      framing = Framing.UNTIL_CLOSE;
    }
    boolean persistent =
        !close && (http11 || keepAlive) && framing.kind() != Framing.Kind.UNTIL_CLOSE;
    return new Incoming(
        new ReplyHead(status, reason, fields, framing), hasBody, persistent, upgrade);
  }
}
