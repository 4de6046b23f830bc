package io.keymantle.gateway;

import io.keymantle.domain.ErrorCode;
import io.keymantle.domain.RefusedException;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/// The part of a request's body that has arrived and cannot go on yet. Confined to its loop.
final class HeldRequest {
  private final int limit;
  private final AgentUsage usage;
  private long counted;
  private ByteBuf body = Unpooled.EMPTY_BUFFER;

  /// @param limit most bytes of a body that has to be read whole
  /// @param usage where what is held counts against what its agent may hold in all
  HeldRequest(int limit, AgentUsage usage) {
    this.limit = limit;
    this.usage = usage;
  }

  /// @throws RefusedException with `body_too_large` when a body of this length cannot be read whole
  void requireRoom(long length) {
    if (length > limit) {
      throw RefusedException.of(
          ErrorCode.BODY_TOO_LARGE,
          "a body that may carry a broker token is at most " + limit + " bytes",
          "send the token in a header, or a smaller body");
    }
  }

  /// Takes ownership of a piece.
  ///
  /// @throws RefusedException with `rate_limited` when the agent's requests hold too much in sum
  void add(ByteBuf piece) {
    int bytes = piece.readableBytes();
    if (!usage.hold(bytes)) {
      piece.release();
      throw RefusedException.of(
          ErrorCode.RATE_LIMITED,
          "the agent's requests hold too many bytes of bodies that cannot go on yet",
          "send fewer large bodies at the same time");
    }
    counted += bytes;
    if (!body.isReadable()) {
      body.release();
      body = piece;
      return;
    }
    if (body.maxFastWritableBytes() < piece.readableBytes() || body.refCnt() > 1) {
      ByteBuf larger = Unpooled.directBuffer((body.readableBytes() + piece.readableBytes()) * 2);
      larger.writeBytes(body);
      body.release();
      body = larger;
    }
    body.writeBytes(piece);
    piece.release();
  }

  ByteBuf bytes() {
    return body;
  }

  /// SHA-256 of what has arrived, in hex.
  String digest() {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      for (ByteBuffer part : body.nioBuffers()) {
        digest.update(part);
      }
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  int length() {
    return body.readableBytes();
  }

  /// Hands over what was held; the caller owns it.
  ByteBuf take() {
    usage.letGo(counted);
    counted = 0;
    ByteBuf held = body;
    body = Unpooled.EMPTY_BUFFER;
    return held;
  }

  void release() {
    take().release();
  }
}
