package io.keymantle.redaction;

import java.nio.ByteBuffer;

/// Redacts one stream of bytes, fed in pieces of any size. Any split of the input gives the same
/// output as one piece. Holds back only the longest end of the input that may still become a
/// secret, so an ordinary end is not delayed. Not thread-safe.
public interface Redactor {
  /// Feeds a piece, all of which is consumed. What is safe goes to the sink during the call, in
  /// order: parts of the input itself where nothing was found (no copy), masks where something was.
  void update(ByteBuffer input, Sink sink);

  /// Ends the stream: what was held back goes to the sink. Another stream may follow.
  void finish(Sink sink);

  /// Matches masked so far, in all streams.
  long hits();

  /// Bytes held back at this moment.
  int held();

  /// Receives redacted output.
  interface Sink {
    /// Takes safe bytes, from the buffer's position to its limit. The buffer object is valid during
    /// the call only; with `fromInput` it is the input itself (or a view of it), so the receiver
    /// may retain the underlying memory by its own means.
    void accept(ByteBuffer bytes, boolean fromInput);

    /// Told of each match, after its mask was emitted. The encoding is a name such as `base64`.
    default void hit(String label, String encoding) {}
  }
}
