package io.keymantle.redaction;

import java.nio.ByteBuffer;
import java.util.Arrays;

/// Turns matches into output: plain bytes up to a match, its mask, and so on.
///
/// Every byte that belongs to any occurrence of any pattern is masked. An occurrence inside a
/// larger one is not told; one that partly overlaps the one before gets its own mask after that
/// one's when its label differs. An occurrence is settled, and its mask written, as soon as no
/// pattern that is still alive starts at or before it.
///
/// Positions count from the start of the current piece; earlier bytes have negative ones, and are
/// kept in [HeldBytes].
final class MaskWriter {
  /// Instead of the length of what is alive: nothing is settled for now.
  static final int UNKNOWN = -1;

  /// With fewer occurrences pending, settling can wait.
  static final int FEW = 16;

  private final CompiledSet set;

  /// Occurrences that are not settled, by start and by end ascending.
  private int[] starts = new int[4];

  private int[] ends = new int[4];
  private int[] found = new int[4];
  private int pending;

  /// Up to here everything is written, or masked.
  private int written;

  private int lastLabel = -1;
  private long hits;

  private final HeldBytes heldBytes = new HeldBytes();
  private int origin;

  MaskWriter(CompiledSet set) {
    this.set = set;
  }

  /// Starts a piece.
  void begin(ByteBuffer input) {
    origin = input.position();
  }

  /// Takes an occurrence that ends at `end`; ends ascend.
  ///
  /// @param alive the length of the longest prefix of a pattern that ends there as well, or
  ///   [#UNKNOWN]
  void matched(int pattern, int end, int alive, ByteBuffer input, Redactor.Sink sink) {
    int start = end - set.lengths()[pattern];
    while (pending > 0 && starts[pending - 1] >= start) {
      pending--;
    }
    int top = pending - 1;
    if (top >= 0 && ends[top] > start && set.labelOf()[found[top]] == set.labelOf()[pattern]) {
      ends[top] = end;
    } else {
      push(pattern, start, end);
    }
    if (alive != UNKNOWN) {
      settle(end - alive, input, sink);
    }
  }

  /// Occurrences that are not settled.
  int pending() {
    return pending;
  }

  private void push(int pattern, int start, int end) {
    if (pending == starts.length) {
      starts = Arrays.copyOf(starts, 2 * pending);
      ends = Arrays.copyOf(ends, 2 * pending);
      found = Arrays.copyOf(found, 2 * pending);
    }
    starts[pending] = start;
    ends[pending] = end;
    found[pending++] = pattern;
  }

  /// Ends a piece: writes what can no longer become part of a match.
  void end(int length, int alive, ByteBuffer input, Redactor.Sink sink) {
    int safe = length - alive;
    settle(safe, input, sink);
    if (written < safe) {
      plain(safe, input, sink);
    }
    written -= length;
    for (int i = 0; i < pending; i++) {
      starts[i] -= length;
      ends[i] -= length;
    }
    heldBytes.keep(alive, input);
  }

  private void settle(int alive, ByteBuffer input, Redactor.Sink sink) {
    int settled = 0;
    while (settled < pending && starts[settled] < alive) {
      write(settled++, input, sink);
    }
    if (settled > 0) {
      pending -= settled;
      System.arraycopy(starts, settled, starts, 0, pending);
      System.arraycopy(ends, settled, ends, 0, pending);
      System.arraycopy(found, settled, found, 0, pending);
    }
  }

  private void write(int index, ByteBuffer input, Redactor.Sink sink) {
    boolean overlaps = starts[index] < written;
    if (starts[index] > written) {
      plain(starts[index], input, sink);
    }
    int pattern = found[index];
    int label = set.labelOf()[pattern];
    written = Math.max(written, ends[index]);
    if (!overlaps || label != lastLabel) {
      lastLabel = label;
      hits++;
      sink.accept(ByteBuffer.wrap(set.masks()[label]).asReadOnlyBuffer(), false);
      sink.hit(set.labels()[label], set.encodingOf()[pattern]);
    }
  }

  private void plain(int to, ByteBuffer input, Redactor.Sink sink) {
    int from = written;
    written = to;
    if (from < 0) {
      sink.accept(ByteBuffer.wrap(heldBytes.copy(-from, -Math.min(to, 0))), false);
    }
    if (to > 0) {
      int limit = input.limit();
      input.limit(origin + to).position(origin + Math.max(from, 0));
      sink.accept(input, true);
      input.limit(limit).position(origin);
    }
  }

  /// Forgets the stream, but not the count of hits.
  void reset() {
    pending = 0;
    written = 0;
    lastLabel = -1;
  }

  long hits() {
    return hits;
  }

  int held() {
    return -written;
  }
}
