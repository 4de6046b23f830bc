package io.keymantle.gateway;

import io.netty.buffer.ByteBuf;

/// Watches or redacts the messages of one direction of a WebSocket. The engine parses frames,
/// unmasks, and makes frames of whatever comes out, so a message may change its length. Lives on
/// one event loop.
interface WebSocketFilter extends AutoCloseable {
  /// Takes ownership of a piece of a text or binary message's payload and returns what may go on
  /// now, which may be empty.
  ///
  /// @param endOfMessage this piece ends the message: nothing is held back afterwards
  /// @throws io.keymantle.domain.RefusedException when the message must not go on; the engine then
  ///   closes both sides
  ByteBuf piece(ByteBuf piece, boolean endOfMessage);

  /// Takes ownership of the payload of a control frame (ping, pong, close), which may stand between
  /// the pieces of a message, and returns what may go on.
  default ByteBuf control(ByteBuf payload) {
    return piece(payload, true);
  }

  /// Releases what is held. Idempotent.
  @Override
  void close();
}
