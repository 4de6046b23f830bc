package io.keymantle.gateway;

import io.keymantle.domain.RefusedException;
import io.keymantle.redaction.RedactionSet;
import io.keymantle.redaction.Redactor;
import io.keymantle.redeem.Redeemer;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Takes secret values out of a body as it streams: decompresses where needed, masks, and sends on.
/// Pieces without a match go on as the slices they are; only bytes that may still become a value
/// are held back. Values that the agent was granted since the reply began count from the next piece
/// on, so that a stream which was opened before shows them no more than another reply would.
/// Confined to one event loop.
final class ReplyRedaction implements ReplyFilter {
  private final Redeemer redeemer;
  private final Context context;
  private final ReplyRedactors redactors;
  private final @Nullable ContentDecoder decoder;
  private final Output output = new Output();
  private RedactionSet values;
  private @Nullable Redactor redactor;
  private boolean begun;

  ReplyRedaction(
      Redeemer redeemer,
      Context context,
      Redactor redactor,
      ReplyRedactors redactors,
      Optional<ContentCoding> coding) {
    this.redeemer = redeemer;
    this.context = context;
    this.values = context.values();
    this.redactor = redactor;
    this.redactors = redactors;
    this.decoder = coding.isPresent() ? coding.get().decoder() : null;
  }

  /// Turns what the redactor gives into buffers: slices of the current piece, or copies.
  private final class Output implements Redactor.Sink {
    private @Nullable ByteBuf piece;
    private int base;
    private Consumer<ByteBuf> out = ByteBuf::release;

    @Override
    public void accept(ByteBuffer bytes, boolean fromInput) {
      ByteBuf source = piece;
      if (fromInput && source != null) {
        int at = bytes.position() - base;
        boolean whole = at == 0 && bytes.remaining() == source.readableBytes();
        out.accept(
            whole
                ? source.retain()
                : source.retainedSlice(source.readerIndex() + at, bytes.remaining()));
      } else {
        out.accept(Unpooled.copiedBuffer(bytes));
      }
    }

    @Override
    public void hit(String label, String encoding) {
      context.hit().masked(label, encoding);
    }
  }

  @Override
  public boolean passesBody() {
    return false;
  }

  @Override
  public void piece(ByteBuf piece, Consumer<ByteBuf> out) {
    try {
      Redactor matching = current();
      if (matching == null) {
        return;
      }
      output.out = out;
      if (decoder != null) {
        for (ByteBuffer bytes : piece.nioBuffers()) {
          decoder.decode(bytes, decoded -> matching.update(decoded, output));
        }
        return;
      }
      if (piece.nioBufferCount() == 1) {
        ByteBuffer bytes = piece.internalNioBuffer(piece.readerIndex(), piece.readableBytes());
        output.piece = piece;
        output.base = bytes.position();
        matching.update(bytes, output);
      } else {
        for (ByteBuffer bytes : piece.nioBuffers()) {
          matching.update(bytes, output);
        }
      }
    } finally {
      output.piece = null;
      piece.release();
    }
  }

  private @Nullable Redactor current() {
    Redactor matching = redactor;
    if (begun && matching != null && matching.held() == 0) {
      CompletableFuture<RedactionSet> latest =
          redeemer.redactions(context.session()).toCompletableFuture();
      if (latest.isCompletedExceptionally()) {
        throw ContentCoding.unreadable("the values that have to be masked are not at hand");
      }
      RedactionSet now = latest.getNow(values);
      if (now != values) {
        values = now;
        matching = now.newRedactor();
        redactor = matching;
      }
    }
    begun = true;
    return matching;
  }

  @Override
  public void trailers(HeaderFields trailers) {
    ReplyFields.redact(trailers, context.values().newRedactor(), context.hit());
  }

  @Override
  public CompletionStage<Void> finish(Consumer<ByteBuf> out) {
    Redactor matching = redactor;
    if (matching == null) {
      return CompletableFuture.completedFuture(null);
    }
    if (decoder != null) {
      try {
        decoder.finish();
      } catch (RefusedException cut) {
        return CompletableFuture.failedFuture(cut);
      }
    }
    output.out = out;
    matching.finish(output);
    redactor = null;
    redactors.giveBack(values, matching);
    return CompletableFuture.completedFuture(null);
  }

  @Override
  public void close() {
    redactor = null;
    if (decoder != null) {
      decoder.close();
    }
  }
}
