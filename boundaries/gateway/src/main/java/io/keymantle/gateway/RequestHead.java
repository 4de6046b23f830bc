package io.keymantle.gateway;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// The head of one request in canonical form: what policy judges and what is forwarded are the same
/// bytes (docs/design.md §5). Not thread-safe.
///
/// The path has its dot segments removed, percent-encoded unreserved characters decoded and other
/// percent-encodings in upper-case hex; the query is kept as it came but for the same treatment of
/// hex and unreserved characters.
final class RequestHead {
  private final String method;
  private final String path;
  private final @Nullable String query;
  private final HeaderFields fields;
  private Framing framing;
  private byte @Nullable [] target;

  /// @param method upper-case token
  /// @param path canonical path, starting with `/` (or `*` for OPTIONS)
  /// @param query without `?`; null when the target has none
  RequestHead(
      String method, String path, @Nullable String query, HeaderFields fields, Framing framing) {
    this.method = method;
    this.path = path;
    this.query = query;
    this.fields = fields;
    this.framing = framing;
  }

  String method() {
    return method;
  }

  /// Canonical path as received: it may hold a broker token, never a value.
  String path() {
    return path;
  }

  /// Query as received, without `?`, or null: it may hold a broker token, never a value.
  @Nullable String query() {
    return query;
  }

  HeaderFields fields() {
    return fields;
  }

  Framing framing() {
    return framing;
  }

  /// Changes the framing; the engine writes the matching header when it serialises.
  void framing(Framing framing) {
    this.framing = framing;
  }

  /// Replaces path and query on the wire, as in `/a/b?c=d`; takes ownership of the array, which may
  /// hold a secret. [#path] and [#query] stay as received.
  void target(byte[] pathAndQuery) {
    this.target = pathAndQuery;
  }

  /// Writes request line, fields, framing and the empty line.
  void writeTo(ByteBuf out) {
    out.writeCharSequence(method, StandardCharsets.US_ASCII);
    out.writeByte(' ');
    if (target != null) {
      out.writeBytes(target);
    } else {
      out.writeCharSequence(path, StandardCharsets.US_ASCII);
      if (query != null) {
        out.writeByte('?');
        out.writeCharSequence(query, StandardCharsets.US_ASCII);
      }
    }
    out.writeCharSequence(" HTTP/1.1\r\n", StandardCharsets.US_ASCII);
    fields.writeTo(out);
    HeadWriter.framing(out, framing);
    out.writeShort(('\r' << 8) | '\n');
  }

  /// Zeroes what was put in after parsing.
  void wipe() {
    fields.wipe();
    if (target != null) {
      Arrays.fill(target, (byte) 0);
    }
  }
}
