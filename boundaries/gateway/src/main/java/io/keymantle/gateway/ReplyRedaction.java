package io.keymantle.gateway;

import io.keymantle.domain.RefusedException;
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
/// are held back. Confined to one event loop.
final class ReplyRedaction implements ReplyFilter {
  private final Context context;
  private final ReplyRedactors redactors;
  private final @Nullable ContentDecoder decoder;
  private final Output output = new Output();
  private final LiveRedactor live;
  private boolean over;

  ReplyRedaction(
      Redeemer redeemer,
      Context context,
      Redactor redactor,
      ReplyRedactors redactors,
      Optional<ContentCoding> coding) {
    this.context = context;
    this.live = new LiveRedactor(redeemer, context.session(), context.values(), redactor);
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
      if (over) {
        return;
      }
      output.out = out;
      live.refresh(output);
      Redactor matching = live.redactor();
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

  @Override
  public void trailers(HeaderFields trailers) {
    ReplyFields.redact(trailers, live.latest().newRedactor(), context.hit());
  }

  @Override
  public CompletionStage<Void> finish(Consumer<ByteBuf> out) {
    if (over) {
      return CompletableFuture.completedFuture(null);
    }
    if (decoder != null) {
      try {
        decoder.finish();
      } catch (RefusedException cut) {
        return CompletableFuture.failedFuture(cut);
      }
    }
    over = true;
    output.out = out;
    live.redactor().finish(output);
    redactors.giveBack(live.values(), live.redactor());
    return CompletableFuture.completedFuture(null);
  }

  @Override
  public void close() {
    over = true;
    if (decoder != null) {
      decoder.close();
    }
  }
}
