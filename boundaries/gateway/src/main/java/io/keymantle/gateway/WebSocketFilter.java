package io.keymantle.gateway;

import io.netty.buffer.ByteBuf;

/// Watches or redacts the messages of one direction of a WebSocket. The engine parses frames,
/// unmasks, and makes frames of whatever comes out, so a message may change its length. Lives on
/// one event loop.
interface WebSocketFilter extends AutoCloseable {
  /// Takes ownership of a piece of a text or binary message's payload and returns what may go on
  /// now, which may be empty. Control frames pass here too, each as a whole message.
  ///
  /// @param endOfMessage this piece ends the message: nothing is held back afterwards
  /// @throws io.keymantle.domain.RefusedException when the message must not go on; the engine then
  ///   closes both sides
  ByteBuf piece(ByteBuf piece, boolean endOfMessage);

  /// Releases what is held. Idempotent.
  @Override
  void close();
}
