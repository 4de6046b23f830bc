package io.keymantle.gateway;

import io.keymantle.domain.ErrorCode;
import io.keymantle.domain.RefusedException;
import java.nio.ByteBuffer;
import java.util.function.Consumer;

/// Stops a decoder whose output grows out of proportion to its input: a decompression bomb.
final class ContentGuard implements ContentDecoder {
  private final ContentDecoder decoder;
  private long in;
  private long out;

  ContentGuard(ContentDecoder decoder) {
    this.decoder = decoder;
  }

  @Override
  public void decode(ByteBuffer piece, Consumer<ByteBuffer> sink) {
    in += piece.remaining();
    decoder.decode(
        piece,
        decoded -> {
          out += decoded.remaining();
          if (out > ContentCoding.ALWAYS_ALLOWED && out / ContentCoding.MOST_PER_BYTE > in) {
            throw RefusedException.of(
                ErrorCode.REPLY_TOO_LARGE,
                "the reply grows more than 200 times when it is decompressed",
                "ask for a plain reply with the header Accept-Encoding: identity");
          }
          sink.accept(decoded);
        });
  }

  @Override
  public void finish() {
    decoder.finish();
  }

  @Override
  public void close() {
    decoder.close();
  }
}
