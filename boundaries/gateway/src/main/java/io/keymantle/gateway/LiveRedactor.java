package io.keymantle.gateway;

import io.keymantle.redaction.RedactionSet;
import io.keymantle.redaction.Redactor;
import io.keymantle.redeem.AgentSession;
import io.keymantle.redeem.Redeemer;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;

/// The matcher of one stream that follows the agent's grants: values that were granted since the
/// stream began count from the next piece on, so that a stream which was opened before shows no
/// more than another reply would. Confined to one event loop.
final class LiveRedactor {
  private final Redeemer redeemer;
  private final AgentSession session;
  private RedactionSet values;
  private Redactor redactor;

  /// @param redactor idle, of these values
  LiveRedactor(Redeemer redeemer, AgentSession session, RedactionSet values, Redactor redactor) {
    this.redeemer = redeemer;
    this.session = session;
    this.values = values;
    this.redactor = redactor;
  }

  /// Takes over the values of this moment. What was held back for the old ones may begin one of the
  /// new: it goes through the new matcher first.
  ///
  /// @throws io.keymantle.domain.RefusedException with `reply_unreadable` when a value is not at
  ///   hand
  void refresh(Redactor.Sink sink) {
    RedactionSet now = latest();
    if (now != values) {
      Redactor next = now.newRedactor();
      redactor.finish(new Onward(next, sink));
      values = now;
      redactor = next;
    }
  }

  /// The values of this moment; the relay waits until they are at hand.
  ///
  /// @throws io.keymantle.domain.RefusedException with `reply_unreadable` when one is not
  RedactionSet latest() {
    CompletableFuture<RedactionSet> latest = redeemer.redactions(session).toCompletableFuture();
    if (latest.isCompletedExceptionally()) {
      throw ContentCoding.unreadable("the values that have to be masked are not at hand");
    }
    return latest.getNow(values);
  }

  RedactionSet values() {
    return values;
  }

  Redactor redactor() {
    return redactor;
  }

  /// Bytes that the old matcher held back, on their way through the new one: no longer a part of
  /// the current input.
  private record Onward(Redactor next, Redactor.Sink sink) implements Redactor.Sink {
    @Override
    public void accept(ByteBuffer bytes, boolean fromInput) {
      next.update(
          bytes,
          new Redactor.Sink() {
            @Override
            public void accept(ByteBuffer safe, boolean ofOldInput) {
              sink.accept(safe, false);
            }

            @Override
            public void hit(String label, String encoding) {
              sink.hit(label, encoding);
            }
          });
    }

    @Override
    public void hit(String label, String encoding) {
      sink.hit(label, encoding);
    }
  }
}
