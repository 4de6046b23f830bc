package io.keymantle.exec;

import java.io.IOException;
import java.nio.ByteBuffer;

/// Receives a command's redacted output while it runs. Called by one thread at a time.
@FunctionalInterface
public interface OutputListener {
  /// Takes a piece; the buffer is valid during the call only.
  ///
  /// @throws IOException when nobody listens any more; the command is then ended
  void output(Stream stream, ByteBuffer bytes) throws IOException;

  /// Where a piece was written.
  enum Stream {
    STDOUT,
    STDERR;

    /// The name on the API: `stdout` or `stderr`.
    @Override
    public String toString() {
      return name().toLowerCase(java.util.Locale.ROOT);
    }
  }
}
