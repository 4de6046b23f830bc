package io.keymantle.gateway;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// One direction of a WebSocket (RFC 6455 §5): takes frames apart, lets a filter judge payloads,
/// and makes frames of what comes out. Confined to one event loop.
///
/// Messages are passed on as they arrive: each piece becomes a frame of its own, so that a message
/// may change its length without being held. Control frames keep their place between fragments.
final class WebSocketFrames implements AutoCloseable {
  private static final int CONTROL_LIMIT = 125;

  private final ByteBufAllocator allocator;
  private final boolean masked;
  private final RandomGenerator random;
  private final @Nullable WebSocketFilter filter;
  private final InputBuffer in = new InputBuffer();
  private boolean inFrame;
  private int opcode;
  private boolean fin;
  private long left;
  private int mask;
  private int maskAt;
  private boolean messageOpen;
  private boolean messageBegun;
  private int messageOpcode;

  /// A frame that breaks the protocol.
  static final class Broken extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Broken(String message) {
      super(message, null, false, false);
    }
  }

  /// @param masked whether this is the direction from client to server, in which payloads are
  ///   masked
  /// @param filter null to let everything pass
  WebSocketFrames(
      ByteBufAllocator allocator,
      boolean masked,
      RandomGenerator random,
      @Nullable WebSocketFilter filter) {
    this.allocator = allocator;
    this.masked = masked;
    this.random = random;
    this.filter = filter;
  }

  /// Takes ownership of bytes; frames that may go on are given to `out`, with ownership.
  ///
  /// @throws Broken when they are no frames
  /// @throws io.keymantle.domain.RefusedException when the filter refuses a message
  void feed(ByteBuf bytes, Consumer<ByteBuf> out) {
    in.add(allocator, bytes);
    while (inFrame ? payload(out) : header()) {
      // Each turn consumes a header or a piece of payload.
    }
    in.trim();
  }

  private boolean header() {
    ByteBuf bytes = in.bytes();
    int start = bytes.readerIndex();
    if (bytes.readableBytes() < 2) {
      return false;
    }
    int first = bytes.getUnsignedByte(start);
    int second = bytes.getUnsignedByte(start + 1);
    int code = second & 0x7f;
    int length = 2 + (code == 126 ? 2 : code == 127 ? 8 : 0) + (masked ? 4 : 0);
    if ((first & 0x70) != 0 || (second & 0x80) != (masked ? 0x80 : 0)) {
      throw new Broken("reserved bits or masking");
    }
    if (bytes.readableBytes() < length) {
      return false;
    }
    opcode = first & 0x0f;
    fin = (first & 0x80) != 0;
    left =
        code == 126
            ? bytes.getUnsignedShort(start + 2)
            : code == 127 ? bytes.getLong(start + 2) : code;
    mask = masked ? bytes.getInt(start + length - 4) : 0;
    maskAt = 0;
    bytes.skipBytes(length);
    checkOrder();
    inFrame = true;
    return true;
  }

  private void checkOrder() {
    boolean control = opcode >= 8;
    // The top bit of a 64-bit length is 0 (RFC 6455 §5.2).
    if (left < 0 || (control ? opcode > 10 || !fin || left > CONTROL_LIMIT : opcode > 2)) {
      throw new Broken("opcode or length");
    }
    if (control) {
      return;
    }
    if ((opcode == 0) != messageOpen) {
      throw new Broken("fragments out of order");
    }
    if (opcode != 0) {
      messageOpcode = opcode;
      messageBegun = false;
    }
    messageOpen = !fin;
  }

  private boolean payload(Consumer<ByteBuf> out) {
    boolean control = opcode >= 8;
    int readable = in.bytes().readableBytes();
    if (readable < (control ? left : Math.min(left, 1))) {
      return false;
    }
    int take = (int) Math.min(left, readable);
    ByteBuf piece = allocator.directBuffer(Math.max(take, 1));
    piece.writeBytes(in.bytes(), take);
    unmask(piece);
    left -= take;
    inFrame = left > 0;
    if (control) {
      emit(out, opcode, true, filter == null ? piece : filter.control(piece));
      return true;
    }
    boolean end = !inFrame && fin;
    ByteBuf safe = filtered(piece, end);
    if (!safe.isReadable() && !end) {
      safe.release();
      return true;
    }
    emit(out, messageBegun ? 0 : messageOpcode, end, safe);
    messageBegun = true;
    return true;
  }

  private ByteBuf filtered(ByteBuf piece, boolean end) {
    return filter == null ? piece : filter.piece(piece, end);
  }

  private void unmask(ByteBuf piece) {
    if (mask != 0) {
      for (int i = piece.readerIndex(); i < piece.writerIndex(); i++) {
        piece.setByte(i, piece.getByte(i) ^ (mask >>> (24 - 8 * (maskAt++ & 3))));
      }
    }
  }

  private void emit(Consumer<ByteBuf> out, int code, boolean end, ByteBuf payload) {
    int length = payload.readableBytes();
    if (code >= 8 && length > CONTROL_LIMIT) {
      payload.writerIndex(payload.readerIndex() + CONTROL_LIMIT);
      length = CONTROL_LIMIT;
    }
    ByteBuf frame = allocator.directBuffer(14 + length);
    frame.writeByte((end ? 0x80 : 0) | code);
    int bit = masked ? 0x80 : 0;
    if (length < 126) {
      frame.writeByte(bit | length);
    } else if (length < 65536) {
      frame.writeByte(bit | 126).writeShort(length);
    } else {
      frame.writeByte(bit | 127).writeLong(length);
    }
    if (masked) {
      int key = random.nextInt();
      frame.writeInt(key);
      for (int i = 0; i < length; i++) {
        frame.writeByte(payload.getByte(payload.readerIndex() + i) ^ (key >>> (24 - 8 * (i & 3))));
      }
    } else {
      frame.writeBytes(payload);
    }
    payload.release();
    out.accept(frame);
  }

  @Override
  public void close() {
    in.release();
    if (filter != null) {
      filter.close();
    }
  }
}
