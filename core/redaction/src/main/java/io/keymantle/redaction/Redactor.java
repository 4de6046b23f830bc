package io.keymantle.redaction;

import java.nio.ByteBuffer;

/// Redacts one stream of bytes, fed in pieces of any size. Any split of the input gives the same
/// output as one piece. Holds back only as many bytes as may still become a secret. Not
/// thread-safe.
public interface Redactor {
  /// Feeds a piece. What is safe goes to the sink during the call, in order: slices of the input
  /// itself where nothing was found (no copy), masks where something was.
  void update(ByteBuffer input, Sink sink);

  /// Ends the stream: what was held back goes to the sink.
  void finish(Sink sink);

  /// Matches masked so far.
  long hits();

  /// Bytes held back at this moment.
  int held();

  /// Receives redacted output.
  interface Sink {
    /// Takes safe bytes; the buffer is valid during the call only, and when it is a slice of the
    /// input (`fromInput`) the receiver may retain the underlying memory by its own means.
    void accept(ByteBuffer bytes, boolean fromInput);

    /// Told of each match, after its mask was emitted. The encoding is a name such as `base64`.
    default void hit(String label, String encoding) {}
  }
}
