package io.keymantle.gateway;

import io.keymantle.domain.RefusedException;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.List;
import java.util.function.Function;

/// Refuses broker tokens in what a client sends over a WebSocket, also across the fragments of one
/// message: no binding names a place there.
final class WebSocketFilterFromClient implements WebSocketFilter {
  private final Function<List<TokenScanner.Found>, RefusedException> refusal;
  private final BodyTokenScanner message;

  WebSocketFilterFromClient(Function<List<TokenScanner.Found>, RefusedException> refusal) {
    this.refusal = refusal;
    this.message = new BodyTokenScanner(refusal);
  }

  @Override
  public ByteBuf piece(ByteBuf piece, boolean endOfMessage) {
    ByteBuf safe = message.piece(piece);
    return endOfMessage ? Unpooled.wrappedBuffer(safe, message.finish()) : safe;
  }

  @Override
  public ByteBuf control(ByteBuf payload) {
    BodyTokenScanner whole = new BodyTokenScanner(refusal);
    return Unpooled.wrappedBuffer(whole.piece(payload), whole.finish());
  }

  @Override
  public void close() {
    message.close();
  }
}
