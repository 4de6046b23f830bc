package io.keymantle.gateway;

import java.nio.ByteBuffer;
import java.util.function.Consumer;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import org.jspecify.annotations.Nullable;

/// The `deflate` coding: zlib (RFC 1950), or the bare deflate stream (RFC 1951) that some servers
/// send under that name. Bytes behind the end are dropped, as browsers do.
final class ContentDeflate implements ContentDecoder {
  private static final int OUTPUT = 32 * 1024;

  private final ByteBuffer output = ByteBuffer.allocate(OUTPUT);
  private @Nullable Inflater inflater;
  private int first = -1;

  @Override
  public void decode(ByteBuffer piece, Consumer<ByteBuffer> sink) {
    while (inflater == null && piece.hasRemaining()) {
      start(piece, sink);
    }
    if (inflater != null && piece.hasRemaining()) {
      inflate(inflater, piece, output, sink);
      piece.position(piece.limit());
    }
  }

  /// Tells the two forms apart by the first two bytes (RFC 1950 section 2.2).
  private void start(ByteBuffer piece, Consumer<ByteBuffer> sink) {
    if (first < 0) {
      first = piece.get() & 0xff;
      return;
    }
    int second = piece.get(piece.position()) & 0xff;
    boolean zlib = (first & 0x0f) == 8 && (first << 8 | second) % 31 == 0;
    Inflater started = new Inflater(!zlib);
    inflater = started;
    inflate(started, ByteBuffer.wrap(new byte[] {(byte) first}), output, sink);
  }

  /// Inflates what it can of the input and leaves what stands behind the end of the stream.
  static void inflate(
      Inflater inflater, ByteBuffer input, ByteBuffer output, Consumer<ByteBuffer> sink) {
    inflater.setInput(input);
    try {
      while (!inflater.finished()) {
        output.clear();
        int size = inflater.inflate(output);
        if (size > 0) {
          sink.accept(output.flip());
        } else if (inflater.needsDictionary()) {
          throw ContentCoding.unreadable("it needs a preset dictionary");
        } else {
          return;
        }
      }
    } catch (DataFormatException e) {
      throw ContentCoding.unreadable("it is not validly compressed");
    }
  }

  @Override
  public void finish() {
    boolean whole = inflater == null ? first < 0 : inflater.finished();
    if (!whole) {
      throw ContentCoding.unreadable("its compressed body is cut");
    }
  }

  @Override
  public void close() {
    if (inflater != null) {
      inflater.end();
      inflater = null;
    }
  }
}
