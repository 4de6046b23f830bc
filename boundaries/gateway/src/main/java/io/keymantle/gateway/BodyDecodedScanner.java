package io.keymantle.gateway;

import io.keymantle.domain.RefusedException;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.function.Supplier;

/// Watches a compressed request body: the bytes pass as they are while they are decompressed
/// alongside and searched for broker tokens. What turns out not to be readable (an unknown coding,
/// a damaged or bomb-like body) is searched as it is only: no value is ever put into it, and a
/// broker token is worthless at the upstream.
final class BodyDecodedScanner implements Substitution.BodyScanner {
  private final BodyTokenScanner raw;
  private final BodyTokenScanner decoded;
  private Optional<ContentDecoder> decoder;

  private BodyDecodedScanner(
      BodyTokenScanner raw, BodyTokenScanner decoded, ContentDecoder decoder) {
    this.raw = raw;
    this.decoded = decoded;
    this.decoder = Optional.of(decoder);
  }

  /// The scanner for the body of a request.
  static Substitution.BodyScanner of(SubstitutionJudge judge, RequestHead head, BodyKind kind) {
    BodyTokenScanner raw = scanner(judge, "the request body");
    if (kind == BodyKind.ENCODED) {
      try {
        Optional<ContentCoding> coding = ContentCoding.of(head.fields());
        if (coding.isPresent()) {
          BodyTokenScanner decoded = scanner(judge, "the compressed request body");
          return new BodyDecodedScanner(raw, decoded, coding.get().decoder());
        }
      } catch (RefusedException unknownCoding) {
        return raw;
      }
    }
    return raw;
  }

  private static BodyTokenScanner scanner(SubstitutionJudge judge, String where) {
    return new BodyTokenScanner(found -> judge.refusal(found, SubstitutionPlace.elsewhere(where)));
  }

  @Override
  public ByteBuf piece(ByteBuf piece) {
    try {
      whileReadable(() -> {
        for (ByteBuffer bytes : piece.nioBuffers()) {
          decoder.ifPresent(open -> open.decode(bytes, this::watch));
        }
        return Unpooled.EMPTY_BUFFER;
      });
    } catch (RefusedException refused) {
      piece.release();
      throw refused;
    }
    return raw.piece(piece);
  }

  private void watch(ByteBuffer bytes) {
    decoded.piece(Unpooled.copiedBuffer(bytes)).release();
  }

  private void whileReadable(Supplier<ByteBuf> step) {
    try {
      step.get().release();
    } catch (RefusedException refused) {
      if (decoded.hasRefused()) {
        throw refused;
      }
      closeDecoder();
    }
  }

  @Override
  public ByteBuf finish() {
    whileReadable(decoded::finish);
    return raw.finish();
  }

  private void closeDecoder() {
    decoder.ifPresent(ContentDecoder::close);
    decoder = Optional.empty();
  }

  @Override
  public void close() {
    closeDecoder();
    decoded.close();
    raw.close();
  }
}
