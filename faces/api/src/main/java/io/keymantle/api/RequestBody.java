package io.keymantle.api;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayDeque;
import java.util.Deque;

/// A request's body on its way from the event loop to the virtual thread that reads it. At most a
/// few pieces wait: the event loop pauses when there is no room, and is told once when there is
/// again.
final class RequestBody extends InputStream {
  private static final int WAITING = 256 * 1024;

  private final Runnable readMore;
  private final Deque<byte[]> pieces = new ArrayDeque<>();
  private int waiting;
  private int offset;
  private boolean paused;
  private boolean ended;
  private boolean broken;

  /// @param readMore ends a pause of the event loop; called from the thread that reads, so it must
  ///   take effect after the pause that [#offer] has asked for
  RequestBody(Runnable readMore) {
    this.readMore = readMore;
  }

  /// Adds a piece. Returns whether there is room for more; if not, the event loop pauses.
  synchronized boolean offer(byte[] piece) {
    if (piece.length > 0) {
      pieces.add(piece);
      waiting += piece.length;
      notifyAll();
    }
    paused |= waiting >= WAITING;
    return !paused;
  }

  synchronized void end() {
    ended = true;
    notifyAll();
  }

  /// The caller went away or sent nonsense: reading fails from here on.
  synchronized void fail() {
    broken = true;
    notifyAll();
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] target, int start, int length) throws IOException {
    int n;
    synchronized (this) {
      await();
      if (pieces.isEmpty()) {
        return -1;
      }
      byte[] piece = pieces.peek();
      n = Math.min(length, piece.length - offset);
      System.arraycopy(piece, offset, target, start, n);
      offset += n;
      waiting -= n;
      if (offset == piece.length) {
        pieces.remove();
        offset = 0;
      }
      if (!paused || waiting >= WAITING) {
        return n;
      }
      paused = false;
    }
    readMore.run();
    return n;
  }

  private void await() throws IOException {
    try {
      while (pieces.isEmpty() && !ended && !broken) {
        wait();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
    if (broken && pieces.isEmpty()) {
      throw new IOException("the caller went away");
    }
  }
}
