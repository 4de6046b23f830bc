package io.keymantle.exec;

import io.keymantle.redaction.RedactionSet;
import io.keymantle.redaction.Redactor;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicLong;

/// Both output streams of one command on their way to the listener: counted together, redacted each
/// on its own.
final class RedactedOutput {
  private static final int PIECE = 16 * 1024;

  private final RedactionSet redactions;
  private final OutputListener listener;
  private final long limit;
  private final AtomicLong taken = new AtomicLong();
  private final AtomicLong hits = new AtomicLong();

  RedactedOutput(RedactionSet redactions, OutputListener listener, long limit) {
    this.redactions = redactions;
    this.listener = listener;
    this.limit = limit;
  }

  /// Passes a stream on until it ends.
  ///
  /// @return false when the output limit was passed; what lies beyond was not passed on
  /// @throws IOException when the listener is gone
  boolean pass(OutputListener.Stream name, InputStream from) throws IOException {
    Redactor redactor = redactions.newRedactor();
    Redactor.Sink sink = (bytes, fromInput) -> deliver(name, bytes);
    try {
      byte[] piece = new byte[PIECE];
      for (int length = from.read(piece); length >= 0; length = from.read(piece)) {
        long before = taken.getAndAdd(length);
        int within = Math.clamp(limit - before, 0, length);
        redactor.update(ByteBuffer.wrap(piece, 0, within), sink);
        if (within < length) {
          return false;
        }
      }
      redactor.finish(sink);
      return true;
    } catch (UncheckedIOException gone) {
      throw gone.getCause();
    } finally {
      hits.addAndGet(redactor.hits());
    }
  }

  /// Occurrences of secret values that were masked.
  long hits() {
    return hits.get();
  }

  private synchronized void deliver(OutputListener.Stream name, ByteBuffer bytes) {
    try {
      listener.output(name, bytes);
    } catch (IOException gone) {
      throw new UncheckedIOException(gone);
    }
  }
}
