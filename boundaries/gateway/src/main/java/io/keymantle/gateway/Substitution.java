package io.keymantle.gateway;

import io.keymantle.domain.Destination;
import io.keymantle.domain.NetworkBinding;
import io.keymantle.redeem.AgentSession;
import io.keymantle.redeem.LiveGrant;
import io.keymantle.secret.SecretLease;
import io.netty.buffer.ByteBuf;
import java.util.List;

/// What one request needs put in: the plan made from its head, then carried out once the leases are
/// there. Lives on one event loop.
///
/// The engine's order: `plan` → when [#needsBody], [#body] with the whole body → redeem each of
/// [#uses] → [#apply]. A request that [#needsBody] is false for has its body streamed through
/// [#scanner]. Every method may throw [io.keymantle.domain.RefusedException]; then nothing was or
/// will be forwarded (a streaming body is cut off with its connection).
interface Substitution {
  /// Makes plans.
  interface Planner {
    /// Judges the head: finds every broker token in target and headers, checks that each stands on
    /// the surface its grant's binding names for this destination, method and path, no more often
    /// than allowed, and adds `inject: always` grants. Takes no secret.
    ///
    /// @param destination verified, or about to be before anything is written
    Substitution plan(RequestHead head, AgentSession session, Destination destination);
  }

  /// One redemption.
  ///
  /// @param binding the binding of the grant under which the value is put in
  record Use(LiveGrant grant, NetworkBinding binding) {}

  /// The redemptions, in order; none when the request goes as it is. Complete only after [#body]
  /// when [#needsBody].
  List<Use> uses();

  /// Whether the whole body has to be read before the redemptions are known: a grant of the session
  /// has a body surface for this destination and the body may carry it. The engine bounds it by
  /// [GatewayLimits#bufferedBody].
  boolean needsBody();

  /// Judges the whole body. Does not take ownership.
  void body(ByteBuf body);

  /// Judges the whole body if [#needsBody]: it may have been read whole for another reason.
  default void judge(ByteBuf body) {
    if (needsBody()) {
      body(body);
    }
  }

  /// Puts the values in: headers and target in the head, the body returned. Drops `Range` and
  /// `If-Range`, narrows `Accept-Encoding`, drops `Sec-WebSocket-Extensions`. Does not change the
  /// head's framing: the engine does that from the returned body's length. Refuses values that
  /// would change the message (CR, LF, NUL; `/` and the like in a path). Does not close the leases.
  ///
  /// @param leases one per [#uses], in that order
  /// @param body the whole body (ownership goes over), or an empty buffer when it is streamed
  /// @return the body to send, owned by the caller
  ByteBuf apply(RequestHead head, ByteBuf body, List<SecretLease> leases);

  /// Watches a streamed body for broker tokens, which have no business there.
  BodyScanner scanner();

  /// The canonical path with every broker token masked, for the ledger.
  String maskedPath();

  /// A stream of bytes in which no broker token may pass, in any plain or percent-encoded form.
  interface BodyScanner extends AutoCloseable {
    /// Takes ownership of a piece and returns what may go on now, which may be empty: the beginning
    /// of what could be a token is held back.
    ///
    /// @throws io.keymantle.domain.RefusedException when the piece completes a token
    ByteBuf piece(ByteBuf piece);

    /// Ends the stream and returns what was held back.
    ByteBuf finish();

    /// Releases what is held. Idempotent.
    @Override
    void close();
  }
}
