package io.keymantle.gateway;

import io.keymantle.gateway.HeadReader.Malformed;
import io.netty.buffer.ByteBuf;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Cuts the body of one message out of a stream by its framing, and undoes chunking strictly: a
/// chunk's size is 1 to 15 hexadecimal digits and its line has no extension. Not thread-safe.
final class PayloadReader {
  private static final int MOST_SIZE_DIGITS = 15;

  /// Fields that frame, route, authorize or describe a message come before its body (RFC 9110
  /// §6.5.1): a server that takes them from behind it would be told another message than was
  /// judged.
  private static final Set<String> NO_TRAILERS =
      Set.of(
          "authorization",
          "connection",
          "content-encoding",
          "content-length",
          "content-range",
          "content-type",
          "cookie",
          "expect",
          "host",
          "keep-alive",
          "location",
          "proxy-authenticate",
          "proxy-authorization",
          "range",
          "set-cookie",
          "te",
          "trailer",
          "transfer-encoding",
          "upgrade",
          "www-authenticate");

  private final HeadReader trailerReader;
  private final int headerCount;
  private Framing.Kind kind = Framing.Kind.NONE;
  private State state = State.DONE;
  private long left;
  private @Nullable HeaderFields trailers;

  private enum State {
    SIZE,
    DATA,
    DATA_END,
    TRAILERS,
    DONE
  }

  /// @param trailerLimit most bytes of a trailer section
  PayloadReader(int trailerLimit, int headerCount) {
    this.trailerReader = new HeadReader(trailerLimit);
    this.headerCount = headerCount;
  }

  /// Starts the body of a message.
  void start(Framing framing) {
    kind = framing.kind();
    left = framing.length();
    trailers = null;
    state = framing.isEmpty() ? State.DONE : kind == Framing.Kind.CHUNKED ? State.SIZE : State.DATA;
  }

  /// Whether the body has ended. Never true by itself for [Framing.Kind#UNTIL_CLOSE].
  boolean isDone() {
    return state == State.DONE;
  }

  boolean isUntilClose() {
    return kind == Framing.Kind.UNTIL_CLOSE;
  }

  /// Trailer fields of a chunked body that is done, or null.
  @Nullable HeaderFields trailers() {
    return trailers;
  }

  /// The next piece of the body as a retained slice, or null when more bytes are needed or the body
  /// is done.
  ///
  /// @throws Malformed when the chunking is wrong
  @Nullable ByteBuf next(ByteBuf in) {
    while (true) {
      switch (state) {
        case DONE -> {
          return null;
        }
        case DATA -> {
          return data(in);
        }
        case SIZE -> {
          if (!size(in)) {
            return null;
          }
        }
        case DATA_END -> {
          if (in.readableBytes() < 2) {
            return null;
          }
          if (in.readUnsignedShort() != (('\r' << 8) | '\n')) {
            throw Malformed.syntax("a chunk that does not end where its size says");
          }
          state = State.SIZE;
        }
        case TRAILERS -> {
          if (!trailer(in)) {
            return null;
          }
        }
      }
    }
  }

  private @Nullable ByteBuf data(ByteBuf in) {
    int readable = in.readableBytes();
    if (readable == 0) {
      return null;
    }
    if (kind == Framing.Kind.UNTIL_CLOSE) {
      return in.readRetainedSlice(readable);
    }
    int take = (int) Math.min(readable, left);
    left -= take;
    if (left == 0) {
      state = kind == Framing.Kind.CHUNKED ? State.DATA_END : State.DONE;
    }
    return in.readRetainedSlice(take);
  }

  private boolean size(ByteBuf in) {
    int start = in.readerIndex();
    int readable = in.readableBytes();
    long value = 0;
    for (int i = 0; i < readable; i++) {
      int c = in.getByte(start + i);
      if (c == '\r' && i > 0) {
        if (i + 1 == readable) {
          return false;
        }
        if (in.getByte(start + i + 1) != '\n') {
          throw Malformed.syntax("a chunk size line that does not end with CR LF");
        }
        in.skipBytes(i + 2);
        left = value;
        state = value == 0 ? State.TRAILERS : State.DATA;
        return true;
      }
      int digit = Ascii.hex(c);
      if (digit < 0 || i == MOST_SIZE_DIGITS) {
        throw Malformed.syntax("a chunk size that is not a plain hexadecimal number");
      }
      value = value << 4 | digit;
    }
    return false;
  }

  private boolean trailer(ByteBuf in) {
    if (in.readableBytes() < 2) {
      return false;
    }
    if (in.getUnsignedShort(in.readerIndex()) == (('\r' << 8) | '\n') && !trailerReader.started()) {
      in.skipBytes(2);
      state = State.DONE;
      return true;
    }
    byte[] section = trailerReader.read(in);
    if (section == null) {
      return false;
    }
    HeaderFields fields = FieldParser.parse(section, 0, headerCount);
    for (int i = 0; i < fields.size(); i++) {
      if (NO_TRAILERS.contains(fields.name(i))) {
        throw Malformed.syntax("a trailer field that steers the message");
      }
    }
    trailers = fields;
    state = State.DONE;
    return true;
  }
}
