package io.keymantle.gateway;

import io.keymantle.domain.Destination;
import io.keymantle.redaction.RedactionSet;
import io.keymantle.redeem.AgentSession;
import io.netty.buffer.ByteBuf;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

/// Takes secret values out of one reply before the agent sees it. Lives on one event loop.
///
/// The engine's order: [Factory#filter] (which has already changed the head) → [#piece] for each
/// piece of body → [#trailers] when there are any → [#finish] → [#close]. The engine owns framing:
/// unless [#passesBody], it sends the body chunked, or with the true length when it had the whole
/// body before the head went out.
interface ReplyFilter extends AutoCloseable {
  /// Makes filters.
  interface Factory {
    /// Redacts the head in place (reason, every field value) and decides how the body is read.
    /// Drops `Content-Encoding` when the body will be decoded, and validators that no longer hold.
    ///
    /// @param hasBody false for replies to HEAD, 1xx, 204 and 304
    /// @throws io.keymantle.domain.RefusedException with `reply_unreadable`
    ReplyFilter filter(Context context, ReplyHead head, boolean hasBody);

    /// A filter for messages of a WebSocket from server to client: redacts.
    WebSocketFilter fromServer(Context context);

    /// A filter for messages of a WebSocket from client to server: refuses broker tokens.
    WebSocketFilter fromClient(Context context);
  }

  /// What a reply belongs to.
  ///
  /// @param uses what was put into the request, for `capture`; empty when nothing was
  /// @param values what must not be seen
  /// @param hit told of each match that was masked: credential label and encoding
  record Context(
      AgentSession session,
      Destination destination,
      List<Substitution.Use> uses,
      RedactionSet values,
      Hit hit) {}

  /// Told of a masked match.
  interface Hit {
    void masked(String label, String encoding);
  }

  /// Whether the body goes on byte for byte: nothing to match and nothing to capture.
  boolean passesBody();

  /// Whether nothing goes out before [#finish], which may still refuse the reply: the engine keeps
  /// the head until then.
  default boolean holdsBody() {
    return false;
  }

  /// Takes ownership of a piece; what is safe goes to `out` during the call, with ownership.
  void piece(ByteBuf piece, Consumer<ByteBuf> out);

  /// Redacts trailer fields in place.
  void trailers(HeaderFields trailers);

  /// Ends the body: what was held back, or the whole of a captured body, goes to `out` before the
  /// stage completes. Completes on any thread; `out` is safe to call from there. Completes
  /// exceptionally with a [io.keymantle.domain.RefusedException] when the reply must not be passed
  /// on.
  CompletionStage<Void> finish(Consumer<ByteBuf> out);

  /// Releases what is held. Idempotent.
  @Override
  void close();
}
