package io.keymantle.gateway;

import io.keymantle.redaction.RedactionSet;
import io.keymantle.redaction.Redactor;
import io.keymantle.redeem.Redeemer;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;

/// Masks secret values in what a server sends over a WebSocket, also across the fragments of one
/// message. Values that the agent was granted since the socket opened count from the next message
/// on; those of the beginning count to the end.
final class WebSocketFilterFromServer implements WebSocketFilter {
  private final Redeemer redeemer;
  private final ReplyFilter.Context context;
  private final Redactor first;
  private RedactionSet latest;
  private Redactor second = RedactionSet.EMPTY.newRedactor();
  private boolean inMessage;

  WebSocketFilterFromServer(Redeemer redeemer, ReplyFilter.Context context) {
    this.redeemer = redeemer;
    this.context = context;
    this.latest = context.values();
    this.first = latest.newRedactor();
  }

  @Override
  public ByteBuf piece(ByteBuf piece, boolean endOfMessage) {
    if (!inMessage) {
      refresh();
    }
    inMessage = !endOfMessage;
    return redacted(piece, first, second, endOfMessage);
  }

  @Override
  public ByteBuf control(ByteBuf payload) {
    return redacted(payload, context.values().newRedactor(), latest.newRedactor(), true);
  }

  private void refresh() {
    CompletableFuture<RedactionSet> values =
        redeemer.redactions(context.session()).toCompletableFuture();
    if (values.isCompletedExceptionally()) {
      throw ContentCoding.unreadable("the values that have to be masked are not at hand");
    }
    RedactionSet current = values.getNow(latest);
    if (current != latest) {
      latest = current;
      second = current.newRedactor();
    }
  }

  private ByteBuf redacted(ByteBuf piece, Redactor one, Redactor other, boolean end) {
    boolean nothing = context.values().isEmpty() && latest.isEmpty();
    if (nothing || (!end && !piece.isReadable())) {
      return piece;
    }
    ByteBuf between = Unpooled.buffer(piece.readableBytes() + 16);
    ByteBuf safe = Unpooled.buffer(piece.readableBytes() + 16);
    Redactor.Sink toBetween = ReplyFields.into(between, context.hit());
    Redactor.Sink toSafe = ReplyFields.into(safe, context.hit());
    for (ByteBuffer bytes : piece.nioBuffers()) {
      one.update(bytes, toBetween);
    }
    piece.release();
    if (end) {
      one.finish(toBetween);
    }
    if (between.isReadable()) {
      other.update(between.nioBuffer(), toSafe);
    }
    if (end) {
      other.finish(toSafe);
    }
    return safe;
  }

  @Override
  public void close() {}
}
