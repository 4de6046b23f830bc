package io.keymantle.gateway;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;

/// The head of one reply. Framing headers are not among the fields: [#framing] stands for them and
/// is written in their place. Not thread-safe.
final class ReplyHead {
  private final int status;
  private final HeaderFields fields;
  private String reason;
  private Framing framing;

  /// @param status 100 to 599
  /// @param reason Latin-1 text without control characters; may be empty
  ReplyHead(int status, String reason, HeaderFields fields, Framing framing) {
    this.status = status;
    this.reason = reason;
    this.fields = fields;
    this.framing = framing;
  }

  /// An informational reply without fields.
  static ReplyHead informational(int status, String reason) {
    return new ReplyHead(status, reason, new HeaderFields(), Framing.NONE);
  }

  int status() {
    return status;
  }

  String reason() {
    return reason;
  }

  /// Changes the reason phrase, which an upstream may have filled with anything.
  void reason(String reason) {
    this.reason = reason;
  }

  HeaderFields fields() {
    return fields;
  }

  Framing framing() {
    return framing;
  }

  void framing(Framing framing) {
    this.framing = framing;
  }

  /// Writes status line, fields, framing and the empty line.
  void writeTo(ByteBuf out) {
    out.writeCharSequence("HTTP/1.1 ", StandardCharsets.US_ASCII);
    out.writeByte('0' + status / 100);
    out.writeByte('0' + status / 10 % 10);
    out.writeByte('0' + status % 10);
    out.writeByte(' ');
    out.writeCharSequence(reason, StandardCharsets.ISO_8859_1);
    out.writeShort(('\r' << 8) | '\n');
    fields.writeTo(out);
    HeadWriter.framing(out, framing);
    out.writeShort(('\r' << 8) | '\n');
  }
}
