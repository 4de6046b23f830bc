package io.keymantle.ledger;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// A journal segment as found on the disk, read without changing it. Recovery and the offline
/// verifier read the same image, so that they agree on what is whole, torn or damaged.
///
/// @param path the file
/// @param state what the segment is
/// @param first index of its first entry, for an open segment
/// @param frames the whole frames of entries, in order
/// @param end where they end
/// @param torn bytes behind them that are not zero, up to the last such byte; what a crash in the
///   middle of a write leaves, when nothing whole follows it
/// @param capacity size of the file
record JournalImage(
    Path path,
    State state,
    long first,
    List<JournalFrame> frames,
    int end,
    int torn,
    int capacity) {

  /// What a segment can be.
  enum State {
    SPARE,
    OPEN,
    /// Its very first commit was cut off by a crash.
    TORN,
    DAMAGED
  }

  /// A torn write has at most the bytes of one commit, with the header of a new segment before it.
  private static final int MAX_TORN = Journal.MAX_FRAME + JournalFrame.HEADER;

  /// Reads a segment; tags are checked when there is a key.
  static JournalImage read(Path path, Optional<JournalTag> tag) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(path));
    int used = lastNonZero(bytes) + 1;
    if (used == 0) {
      return image(path, State.SPARE, 0, List.of(), 0, 0, bytes);
    }
    if (!isGood(bytes, 0, tag)) {
      boolean torn = used <= MAX_TORN && !hasWholeFrame(bytes, 0, used);
      return image(
          path, torn ? State.TORN : State.DAMAGED, 0, List.of(), 0, torn ? used : 0, bytes);
    }
    JournalFrame header = JournalFrame.read(bytes, 0);
    boolean own = header.count() == Journal.number(path) && header.length() == 0;
    if (!own || header.kind() == JournalFrame.ENTRIES) {
      return image(path, State.DAMAGED, 0, List.of(), 0, 0, bytes);
    }
    List<JournalFrame> frames = new ArrayList<>();
    int at = JournalFrame.HEADER;
    long next = header.first();
    while (at < used && isGood(bytes, at, tag)) {
      JournalFrame frame = JournalFrame.read(bytes, at);
      if (frame.kind() != JournalFrame.ENTRIES
          || frame.first() != next
          || frame.count() < 1
          || frame.entries().isEmpty()) {
        return image(path, State.DAMAGED, header.first(), frames, at, 0, bytes);
      }
      frames.add(frame);
      next += frame.count();
      at += frame.size();
    }
    int torn = Math.max(0, used - at);
    boolean damaged = torn > MAX_TORN || hasWholeFrame(bytes, at, used);
    State state = damaged ? State.DAMAGED : State.OPEN;
    return image(path, state, header.first(), frames, at, torn, bytes);
  }

  private static JournalImage image(
      Path path,
      State state,
      long first,
      List<JournalFrame> frames,
      int end,
      int torn,
      ByteBuffer bytes) {
    return new JournalImage(path, state, first, List.copyOf(frames), end, torn, bytes.limit());
  }

  /// Index behind the last entry.
  long next() {
    return frames.isEmpty() ? first : frames.getLast().first() + frames.getLast().count();
  }

  /// A frame is good when it is whole and, as far as that can be known, made by the log. A whole
  /// frame with a wrong tag is no tear: it counts as a whole frame behind the end, hence as damage.
  private static boolean isGood(ByteBuffer bytes, int at, Optional<JournalTag> tag) {
    return JournalFrame.isWhole(bytes, at)
        && tag.map(key -> JournalFrame.isTagged(bytes, at, key)).orElse(true);
  }

  private static boolean hasWholeFrame(ByteBuffer bytes, int from, int to) {
    for (int at = from; at < to; at++) {
      if (JournalFrame.isWhole(bytes, at)) {
        return true;
      }
    }
    return false;
  }

  private static int lastNonZero(ByteBuffer bytes) {
    int at = bytes.limit() - 1;
    while (at >= 8 && bytes.getLong(at - 7) == 0) {
      at -= 8;
    }
    while (at >= 0 && bytes.get(at) == 0) {
      at--;
    }
    return at;
  }
}
