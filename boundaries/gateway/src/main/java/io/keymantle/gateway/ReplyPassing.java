package io.keymantle.gateway;

import io.keymantle.redaction.RedactionSet;
import io.netty.buffer.ByteBuf;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

/// Passes a body byte for byte: there is none, or nothing to look for.
final class ReplyPassing implements ReplyFilter {
  private final RedactionSet values;
  private final Hit hit;

  ReplyPassing() {
    this(RedactionSet.EMPTY, (label, encoding) -> {});
  }

  ReplyPassing(RedactionSet values, Hit hit) {
    this.values = values;
    this.hit = hit;
  }

  @Override
  public boolean passesBody() {
    return true;
  }

  @Override
  public void piece(ByteBuf piece, Consumer<ByteBuf> out) {
    out.accept(piece);
  }

  @Override
  public void trailers(HeaderFields trailers) {
    if (!values.isEmpty()) {
      ReplyFields.redact(trailers, values.newRedactor(), hit);
    }
  }

  @Override
  public CompletionStage<Void> finish(Consumer<ByteBuf> out) {
    return CompletableFuture.completedFuture(null);
  }

  @Override
  public void close() {}
}
