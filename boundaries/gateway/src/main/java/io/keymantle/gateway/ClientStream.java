package io.keymantle.gateway;

import io.keymantle.domain.Problem;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/// The client's half of one exchange, whatever carries it: an HTTP/1.1 connection now, a stream of
/// an HTTP/2 connection later. Confined to its loop. Nothing here flushes but [#flush] and what
/// ends the exchange.
interface ClientStream {
  /// Whether chunked bodies, informational replies and persistent connections are understood.
  boolean isHttp11();

  /// Sends an informational reply.
  void informational(ReplyHead head);

  /// Sends the head of the reply, with the whole body when that is at hand.
  ///
  /// @param body ownership goes over; empty when there is none or it follows in pieces
  void reply(ReplyHead head, ByteBuf body);

  /// Sends a piece of the body; takes ownership.
  void piece(ByteBuf piece);

  /// Ends the reply.
  void end(@Nullable HeaderFields trailers);

  void flush();

  boolean isWritable();

  /// Answers the request with a problem instead of a reply.
  void refuse(Problem problem);

  /// Breaks off a reply that has begun, so that the client cannot take it for whole.
  void abort();

  /// Stops or resumes reading the request's body.
  void pauseRequest(boolean pause);

  /// After a 101 was sent: bytes go to the relay, with ownership, and come from [#write].
  void upgraded(WebSocketRelay relay);

  /// Writes raw bytes after [#upgraded]; takes ownership.
  void write(ByteBuf bytes);

  /// Closes after what was written has gone out.
  void close();
}
