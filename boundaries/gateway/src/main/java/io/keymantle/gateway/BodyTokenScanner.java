package io.keymantle.gateway;

import io.keymantle.domain.RefusedException;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;

/// Lets a stream of bytes pass as long as no broker token is in it. What could be the beginning of
/// a token at the end of a piece is held back until the next piece decides, so that no whole token,
/// nor 16 characters of one, ever goes on.
final class BodyTokenScanner implements Substitution.BodyScanner {
  private static final byte[] NOTHING = new byte[0];

  private final Function<List<TokenScanner.Found>, RefusedException> refusal;
  private byte[] held = NOTHING;
  private boolean refused;

  /// @param refusal what to say about tokens that were found
  BodyTokenScanner(Function<List<TokenScanner.Found>, RefusedException> refusal) {
    this.refusal = refusal;
  }

  /// Whether a token was found: the stream is over.
  boolean hasRefused() {
    return refused;
  }

  @Override
  public ByteBuf piece(ByteBuf piece) {
    int size = piece.readableBytes();
    boolean direct = held.length == 0 && piece.hasArray();
    byte[] bytes = direct ? piece.array() : joined(piece);
    int from = direct ? piece.arrayOffset() + piece.readerIndex() : 0;
    int to = direct ? from + size : bytes.length;
    int hold = TokenScanner.held(bytes, from, to);
    List<TokenScanner.Found> found = TokenScanner.scan(bytes, from, to);
    // A token that is still growing is held back: whole, it can be told by name.
    if (found.stream().anyMatch(each -> each.start() < hold || each.token().isPresent())) {
      piece.release();
      refused = true;
      throw refusal.apply(found);
    }
    if (held.length == 0) {
      held = hold == to ? NOTHING : Arrays.copyOfRange(bytes, hold, to);
      return piece.writerIndex(piece.writerIndex() - (to - hold));
    }
    piece.release();
    held = hold == to ? NOTHING : Arrays.copyOfRange(bytes, hold, to);
    return Unpooled.wrappedBuffer(bytes, from, hold - from);
  }

  private byte[] joined(ByteBuf piece) {
    byte[] bytes = Arrays.copyOf(held, held.length + piece.readableBytes());
    piece.getBytes(piece.readerIndex(), bytes, held.length, piece.readableBytes());
    return bytes;
  }

  @Override
  public ByteBuf finish() {
    List<TokenScanner.Found> found = TokenScanner.scan(held, 0, held.length);
    if (!found.isEmpty()) {
      refused = true;
      throw refusal.apply(found);
    }
    ByteBuf rest = Unpooled.wrappedBuffer(held);
    held = NOTHING;
    return rest;
  }

  @Override
  public void close() {
    held = NOTHING;
  }
}
