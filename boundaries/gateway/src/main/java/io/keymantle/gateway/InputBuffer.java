package io.keymantle.gateway;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;

/// Bytes that were received and not yet consumed. Confined to one event loop.
final class InputBuffer {
  private ByteBuf bytes = Unpooled.EMPTY_BUFFER;

  /// Takes ownership of a piece.
  void add(ByteBufAllocator allocator, ByteBuf piece) {
    if (!bytes.isReadable()) {
      bytes.release();
      bytes = piece;
      return;
    }
    int more = piece.readableBytes();
    if (bytes.refCnt() > 1 || bytes.isReadOnly() || bytes.maxWritableBytes() < more) {
      ByteBuf larger = allocator.directBuffer((bytes.readableBytes() + more) * 2);
      larger.writeBytes(bytes);
      bytes.release();
      bytes = larger;
    } else if (bytes.readerIndex() > bytes.capacity() / 2) {
      bytes.discardReadBytes();
    }
    bytes.writeBytes(piece);
    piece.release();
  }

  ByteBuf bytes() {
    return bytes;
  }

  /// Gives memory back once everything is consumed.
  void trim() {
    if (!bytes.isReadable()) {
      bytes.release();
      bytes = Unpooled.EMPTY_BUFFER;
    }
  }

  boolean isEmpty() {
    return !bytes.isReadable();
  }

  /// Hands over what is left; the caller owns it.
  ByteBuf take() {
    ByteBuf left = bytes;
    bytes = Unpooled.EMPTY_BUFFER;
    return left;
  }

  void release() {
    take().release();
  }
}
