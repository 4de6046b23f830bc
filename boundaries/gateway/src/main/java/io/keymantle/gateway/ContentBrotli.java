package io.keymantle.gateway;

import com.aayushatharva.brotli4j.decoder.DecoderJNI;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.function.Consumer;

/// The `br` coding (RFC 7932). Bytes behind its end are refused: the library takes them for an
/// error when they come in one piece with the end, and the answer must not hang on how a reply is
/// cut.
final class ContentBrotli implements ContentDecoder {
  private static final int INPUT = 8 * 1024;

  private final DecoderJNI.Wrapper decoder;
  private boolean begun;
  private boolean closed;

  ContentBrotli() {
    try {
      decoder = new DecoderJNI.Wrapper(INPUT);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void decode(ByteBuffer piece, Consumer<ByteBuffer> sink) {
    begun |= piece.hasRemaining();
    while (true) {
      switch (decoder.getStatus()) {
        case OK -> decoder.push(0);
        case NEEDS_MORE_OUTPUT -> sink.accept(decoder.pull());
        case NEEDS_MORE_INPUT -> {
          while (decoder.hasOutput()) {
            sink.accept(decoder.pull());
          }
          if (!piece.hasRemaining()) {
            return;
          }
          ByteBuffer input = decoder.getInputBuffer();
          input.clear();
          int size = Math.min(input.remaining(), piece.remaining());
          input.put(piece.slice(piece.position(), size));
          piece.position(piece.position() + size);
          decoder.push(size);
        }
        case DONE -> {
          while (decoder.hasOutput()) {
            sink.accept(decoder.pull());
          }
          if (piece.hasRemaining()) {
            throw ContentCoding.unreadable("bytes stand behind the end of its compressed body");
          }
          return;
        }
        case ERROR -> throw ContentCoding.unreadable("it is not validly compressed");
      }
    }
  }

  @Override
  public void finish() {
    if (begun && decoder.getStatus() != DecoderJNI.Status.DONE) {
      throw ContentCoding.unreadable("its compressed body is cut");
    }
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      decoder.destroy();
    }
  }
}
