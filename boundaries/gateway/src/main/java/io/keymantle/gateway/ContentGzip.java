package io.keymantle.gateway;

import java.nio.ByteBuffer;
import java.util.function.Consumer;
import java.util.zip.CRC32;
import java.util.zip.Inflater;

/// The `gzip` coding (RFC 1952) with any number of members. Bytes behind the last member that start
/// no further one are dropped, as browsers do.
final class ContentGzip implements ContentDecoder {
  private static final int OUTPUT = 32 * 1024;
  private static final int FIXED_HEADER = 10;
  private static final int TRAILER = 8;
  private static final int HEADER_CHECKSUM = 2;
  private static final int EXTRA = 4;
  private static final int NAME = 8;
  private static final int COMMENT = 16;

  private final Inflater inflater = new Inflater(true);
  private final CRC32 checksum = new CRC32();
  private final ByteBuffer output = ByteBuffer.allocate(OUTPUT);
  private final byte[] fixed = new byte[FIXED_HEADER];
  private Part part = Part.FIXED;
  private int have;
  private int toSkip;
  private int flags;
  private boolean begun;

  /// Where in a member the stream is.
  private enum Part {
    FIXED,
    EXTRA_LENGTH,
    EXTRA,
    NAME,
    COMMENT,
    HEADER_CHECKSUM,
    DATA,
    TRAILER,
    REST
  }

  @Override
  public void decode(ByteBuffer piece, Consumer<ByteBuffer> sink) {
    while (piece.hasRemaining()) {
      switch (part) {
        case FIXED -> fixedHeader(piece);
        case EXTRA_LENGTH -> {
          if (collect(piece, 2)) {
            toSkip = (fixed[0] & 0xff) | (fixed[1] & 0xff) << 8;
            flagsDone(EXTRA);
          }
        }
        case EXTRA -> {
          int size = Math.min(toSkip, piece.remaining());
          piece.position(piece.position() + size);
          toSkip -= size;
          if (toSkip == 0) {
            next();
          }
        }
        case NAME, COMMENT -> {
          if (piece.get() == 0) {
            flagsDone(part == Part.NAME ? NAME : COMMENT);
          }
        }
        case HEADER_CHECKSUM -> {
          if (collect(piece, 2)) {
            flagsDone(HEADER_CHECKSUM);
          }
        }
        case DATA -> data(piece, sink);
        case TRAILER -> {
          if (collect(piece, TRAILER)) {
            endOfMember();
          }
        }
        case REST -> piece.position(piece.limit());
      }
    }
  }

  private void fixedHeader(ByteBuffer piece) {
    if (begun && have == 0 && piece.get(piece.position()) != 0x1f) {
      part = Part.REST;
      return;
    }
    if (!collect(piece, FIXED_HEADER)) {
      return;
    }
    boolean gzip = fixed[0] == 0x1f && fixed[1] == (byte) 0x8b && fixed[2] == 8;
    flags = fixed[3];
    if (!gzip || (flags & 0xe0) != 0) {
      if (begun) {
        part = Part.REST;
        return;
      }
      throw ContentCoding.unreadable("it is not gzip although it says so");
    }
    begun = true;
    next();
  }

  private void flagsDone(int flag) {
    flags &= ~flag;
    if (flag == EXTRA && toSkip > 0) {
      part = Part.EXTRA;
      return;
    }
    next();
  }

  private void next() {
    if ((flags & EXTRA) != 0) {
      part = Part.EXTRA_LENGTH;
    } else if ((flags & NAME) != 0) {
      part = Part.NAME;
    } else if ((flags & COMMENT) != 0) {
      part = Part.COMMENT;
    } else if ((flags & HEADER_CHECKSUM) != 0) {
      part = Part.HEADER_CHECKSUM;
    } else {
      part = Part.DATA;
    }
  }

  private void data(ByteBuffer piece, Consumer<ByteBuffer> sink) {
    ContentDeflate.inflate(
        inflater,
        piece,
        output,
        decoded -> {
          checksum.update(decoded.duplicate());
          sink.accept(decoded);
        });
    if (inflater.finished()) {
      part = Part.TRAILER;
    } else {
      piece.position(piece.limit());
    }
  }

  private void endOfMember() {
    long expected = 0;
    for (int i = 3; i >= 0; i--) {
      expected = expected << 8 | (fixed[i] & 0xff);
    }
    if (expected != checksum.getValue()) {
      throw ContentCoding.unreadable("the checksum of its gzip body is wrong");
    }
    inflater.reset();
    checksum.reset();
    part = Part.FIXED;
  }

  /// Collects bytes into [#fixed]; true when `count` are there.
  private boolean collect(ByteBuffer piece, int count) {
    while (have < count && piece.hasRemaining()) {
      fixed[have++] = piece.get();
    }
    if (have < count) {
      return false;
    }
    have = 0;
    return true;
  }

  @Override
  public void finish() {
    boolean betweenMembers = part == Part.FIXED && (begun || have == 0);
    if (!betweenMembers && part != Part.REST) {
      throw ContentCoding.unreadable("its compressed body is cut");
    }
  }

  @Override
  public void close() {
    inflater.end();
  }
}
