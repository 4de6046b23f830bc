package io.keymantle.gateway;

import io.keymantle.redaction.RedactionSet;
import io.keymantle.redaction.Redactor;
import io.keymantle.redeem.Redeemer;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.ByteBuffer;

/// Masks secret values in what a server sends over a WebSocket, also across the fragments of one
/// message.
final class WebSocketFilterFromServer implements WebSocketFilter {
  private final ReplyFilter.Context context;
  private final LiveRedactor message;

  WebSocketFilterFromServer(Redeemer redeemer, ReplyFilter.Context context) {
    this.context = context;
    this.message =
        new LiveRedactor(
            redeemer, context.session(), context.values(), context.values().newRedactor());
  }

  @Override
  public ByteBuf piece(ByteBuf piece, boolean endOfMessage) {
    ByteBuf safe = Unpooled.buffer(piece.readableBytes() + 16);
    message.refresh(ReplyFields.into(safe, context.hit()));
    if (message.values().isEmpty()) {
      safe.release();
      return piece;
    }
    return redacted(piece, message.redactor(), endOfMessage, safe);
  }

  /// A control frame stands alone, whatever is held back of the message around it.
  @Override
  public ByteBuf control(ByteBuf payload) {
    RedactionSet values = message.latest();
    return values.isEmpty()
        ? payload
        : redacted(
            payload, values.newRedactor(), true, Unpooled.buffer(payload.readableBytes() + 16));
  }

  private ByteBuf redacted(ByteBuf piece, Redactor redactor, boolean end, ByteBuf safe) {
    Redactor.Sink sink = ReplyFields.into(safe, context.hit());
    for (ByteBuffer bytes : piece.nioBuffers()) {
      redactor.update(bytes, sink);
    }
    piece.release();
    if (end) {
      redactor.finish(sink);
    }
    return safe;
  }

  @Override
  public void close() {}
}
