package io.keymantle.gateway;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import org.jspecify.annotations.Nullable;

/// Writes the body of one message in its framing. Never flushes. Confined to one event loop.
final class PayloadWriter {
  private static final int LONGEST_CHUNK_LINE = 14;
  private static final byte[] LINE_END = {'\r', '\n'};

  private Framing.Kind kind = Framing.Kind.NONE;
  private boolean chunkOpen;

  void start(Framing framing) {
    kind = framing.kind();
    chunkOpen = false;
  }

  /// Takes ownership of a piece.
  void piece(ChannelHandlerContext ctx, ByteBuf piece) {
    if (!piece.isReadable()) {
      piece.release();
      return;
    }
    if (kind == Framing.Kind.CHUNKED) {
      ByteBuf line = ctx.alloc().directBuffer(LONGEST_CHUNK_LINE);
      endChunk(line);
      ByteBufUtil.writeAscii(line, Integer.toHexString(piece.readableBytes()));
      line.writeShort(('\r' << 8) | '\n');
      chunkOpen = true;
      Channels.write(ctx, line);
    }
    Channels.write(ctx, piece);
  }

  /// Writes what belongs to the last piece and was put off to be written with the next one. Called
  /// before each flush, so that a reader that waits for the end of a chunk does not wait longer.
  void settle(ChannelHandlerContext ctx) {
    if (chunkOpen) {
      chunkOpen = false;
      Channels.write(ctx, Unpooled.wrappedBuffer(LINE_END));
    }
  }

  /// Ends the body.
  void end(ChannelHandlerContext ctx, @Nullable HeaderFields trailers) {
    if (kind != Framing.Kind.CHUNKED) {
      return;
    }
    ByteBuf last = ctx.alloc().directBuffer(trailers == null ? LONGEST_CHUNK_LINE : 512);
    endChunk(last);
    last.writeByte('0');
    last.writeShort(('\r' << 8) | '\n');
    if (trailers != null) {
      trailers.writeTo(last);
    }
    last.writeShort(('\r' << 8) | '\n');
    chunkOpen = false;
    Channels.write(ctx, last);
  }

  private void endChunk(ByteBuf out) {
    if (chunkOpen) {
      out.writeShort(('\r' << 8) | '\n');
    }
  }
}
