package io.keymantle.gateway;

import io.keymantle.domain.ErrorCode;
import io.keymantle.domain.RefusedException;
import io.keymantle.redaction.RedactionSet;
import io.keymantle.redaction.Redactor;
import io.keymantle.redeem.Redeemer;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

/// A body that began when the agent had no value to mask: it passes as it is until there is one,
/// and is masked from then on. What cannot be masked any more is broken off: a compressed body,
/// whose beginning was not read, and a match in a body whose length was promised. Confined to one
/// event loop.
final class ReplyUnmasked implements ReplyFilter {
  private final Context context;
  private final LiveRedactor live;
  private final boolean compressed;
  private final boolean promised;

  ReplyUnmasked(Redeemer redeemer, Context context, ReplyHead head) {
    this.context = context;
    this.live =
        new LiveRedactor(
            redeemer, context.session(), RedactionSet.EMPTY, RedactionSet.EMPTY.newRedactor());
    this.compressed = BodyKind.isEncoded(head.fields());
    this.promised = head.framing().kind() == Framing.Kind.LENGTH;
  }

  @Override
  public boolean passesBody() {
    return true;
  }

  @Override
  public void piece(ByteBuf piece, Consumer<ByteBuf> out) {
    Redactor.Sink sink = new Output(out);
    try {
      live.refresh(sink);
      if (live.values().isEmpty()) {
        out.accept(piece.retain());
        return;
      }
      if (compressed) {
        throw ContentCoding.unreadable("it is compressed and began before there was a value");
      }
      for (ByteBuffer bytes : piece.nioBuffers()) {
        live.redactor().update(bytes, sink);
      }
    } finally {
      piece.release();
    }
  }

  /// Copies: a body that began without values is rare.
  private final class Output implements Redactor.Sink {
    private final Consumer<ByteBuf> out;

    Output(Consumer<ByteBuf> out) {
      this.out = out;
    }

    @Override
    public void accept(ByteBuffer bytes, boolean fromInput) {
      out.accept(Unpooled.copiedBuffer(bytes));
    }

    @Override
    public void hit(String label, String encoding) {
      context.hit().masked(label, encoding);
      if (promised) {
        throw RefusedException.of(
            ErrorCode.REPLY_UNREADABLE,
            "the reply holds a value that was granted after its length had been sent",
            "ask for it again");
      }
    }
  }

  @Override
  public void trailers(HeaderFields trailers) {
    RedactionSet values = live.latest();
    if (!values.isEmpty()) {
      ReplyFields.redact(trailers, values.newRedactor(), context.hit());
    }
  }

  @Override
  public CompletionStage<Void> finish(Consumer<ByteBuf> out) {
    live.redactor().finish(new Output(out));
    return CompletableFuture.completedFuture(null);
  }

  @Override
  public void close() {}
}
