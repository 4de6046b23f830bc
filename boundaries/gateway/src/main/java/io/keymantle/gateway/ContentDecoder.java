package io.keymantle.gateway;

import java.nio.ByteBuffer;
import java.util.function.Consumer;

/// Undoes one content coding of a stream (RFC 9110 section 8.4), piece by piece, in bounded memory.
/// Confined to one thread; hold native memory until [#close].
interface ContentDecoder extends AutoCloseable {
  /// Decodes a piece, all of which is consumed. What it holds goes to the sink during the call; the
  /// buffers are valid during the call only.
  ///
  /// @throws io.keymantle.domain.RefusedException with `reply_unreadable` when the bytes are not in
  ///   the coding
  void decode(ByteBuffer piece, Consumer<ByteBuffer> sink);

  /// Ends the stream.
  ///
  /// @throws io.keymantle.domain.RefusedException with `reply_unreadable` when it is cut
  void finish();

  /// Idempotent.
  @Override
  void close();
}
