package io.keymantle.gateway;

import com.github.luben.zstd.ZstdDirectBufferDecompressingStreamNoFinalizer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// The `zstd` coding (RFC 8878) with any number of frames and windows of at most 8 MiB, as RFC 9659
/// asks of the content coding.
final class ContentZstandard implements ContentDecoder {
  private static final int WINDOW_LOG = 23;
  private static final int OUTPUT = 32 * 1024;
  private static final int INPUT = 16 * 1024;

  private final ByteBuffer input = ByteBuffer.allocateDirect(INPUT);
  private final ByteBuffer output = ByteBuffer.allocateDirect(OUTPUT);
  private @Nullable Frames frames;

  /// The library's stream over the input buffer, which is filled from outside.
  private static final class Frames extends ZstdDirectBufferDecompressingStreamNoFinalizer {
    Frames(ByteBuffer source) throws IOException {
      super(source);
      setLongMax(WINDOW_LOG);
    }
  }

  @Override
  public void decode(ByteBuffer piece, Consumer<ByteBuffer> sink) {
    while (piece.hasRemaining()) {
      input.clear();
      int size = Math.min(input.remaining(), piece.remaining());
      input.put(piece.slice(piece.position(), size)).flip();
      piece.position(piece.position() + size);
      try {
        decodeInput(sink);
      } catch (IOException e) {
        throw ContentCoding.unreadable("it is not validly compressed");
      }
    }
  }

  private void decodeInput(Consumer<ByteBuffer> sink) throws IOException {
    boolean full = true;
    while (input.hasRemaining() || full) {
      Frames current = frames;
      if (current == null || !current.hasRemaining()) {
        if (!input.hasRemaining()) {
          return;
        }
        // The library ends with a frame that ends with its input; more input is a further frame.
        close();
        current = new Frames(input);
        frames = current;
      }
      output.clear();
      current.read(output);
      full = !output.hasRemaining();
      if (output.flip().hasRemaining()) {
        sink.accept(output);
      }
    }
  }

  @Override
  public void finish() {
    if (frames != null && frames.hasRemaining()) {
      throw ContentCoding.unreadable("its compressed body is cut");
    }
  }

  @Override
  public void close() {
    if (frames != null) {
      frames.close();
      frames = null;
    }
  }
}
