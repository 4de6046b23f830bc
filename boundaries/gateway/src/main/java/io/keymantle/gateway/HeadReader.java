package io.keymantle.gateway;

import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/// Cuts the head of a message out of a stream, strictly: every line ends with CR LF, and CR or LF
/// stands nowhere else. Not thread-safe; one per direction of a connection.
final class HeadReader {
  private final int limit;
  private int scanned;
  private int lineStart;
  private boolean skipped;

  /// @param limit most bytes of a head, its empty line included
  HeadReader(int limit) {
    this.limit = limit;
  }

  /// Takes the head off the buffer when it is there as a whole.
  ///
  /// @return the head up to and with its empty line, or null when more is needed
  /// @throws Malformed when a line ends wrongly or the limit is passed
  byte @Nullable [] read(ByteBuf in) {
    int base = in.readerIndex();
    int end = in.writerIndex();
    while (true) {
      int newline = in.indexOf(base + scanned, end, (byte) '\n');
      if (newline < 0) {
        scanned = end - base;
        if (scanned > limit) {
          throw new Malformed(Malformed.Kind.TOO_LARGE, "");
        }
        return null;
      }
      int at = newline - base;
      if (at >= limit) {
        throw new Malformed(Malformed.Kind.TOO_LARGE, "");
      }
      if (at == lineStart || in.getByte(newline - 1) != '\r') {
        throw new Malformed(Malformed.Kind.SYNTAX, "a line ends without CR LF");
      }
      boolean empty = at - lineStart == 1;
      scanned = at + 1;
      if (empty && lineStart == 0) {
        // RFC 9112 §2.2: one empty line before a start line is let pass.
        in.skipBytes(scanned);
        base += scanned;
        scanned = 0;
        if (skipped) {
          throw new Malformed(Malformed.Kind.SYNTAX, "empty lines before the start line");
        }
        skipped = true;
        continue;
      }
      lineStart = scanned;
      if (empty) {
        byte[] head = new byte[scanned];
        in.readBytes(head);
        reset();
        return head;
      }
    }
  }

  /// Bytes of the first line that were seen, for a limit on request targets.
  int firstLine() {
    return lineStart == 0 ? scanned : 0;
  }

  /// Whether bytes of a head were seen but not yet taken.
  boolean started() {
    return scanned > 0;
  }

  private void reset() {
    scanned = 0;
    lineStart = 0;
    skipped = false;
  }

  /// What is wrong with a head, before it is known whose fault that is.
  static final class Malformed extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /// The ways to be wrong.
    enum Kind {
      SYNTAX,
      TOO_LARGE
    }

    private final Kind kind;

    Malformed(Kind kind, String message) {
      super(message, null, false, false);
      this.kind = kind;
    }

    static Malformed syntax(String message) {
      return new Malformed(Kind.SYNTAX, message);
    }

    Kind kind() {
      return kind;
    }

    String text() {
      String message = getMessage();
      return message == null ? "" : message;
    }
  }
}
