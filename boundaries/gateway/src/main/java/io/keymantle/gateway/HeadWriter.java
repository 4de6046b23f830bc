package io.keymantle.gateway;

import io.netty.buffer.ByteBuf;
import io.netty.util.CharsetUtil;

/// Writes the parts of a head that are made here rather than received.
final class HeadWriter {
  private static final byte[] LENGTH = "Content-Length: ".getBytes(CharsetUtil.US_ASCII);
  private static final byte[] CHUNKED =
      "Transfer-Encoding: chunked\r\n".getBytes(CharsetUtil.US_ASCII);

  private HeadWriter() {}

  /// Writes the one header that a framing needs, if any.
  static void framing(ByteBuf out, Framing framing) {
    switch (framing.kind()) {
      case NONE, UNTIL_CLOSE -> {}
      case LENGTH -> {
        out.writeBytes(LENGTH);
        decimal(out, framing.length());
        out.writeShort(('\r' << 8) | '\n');
      }
      case CHUNKED -> out.writeBytes(CHUNKED);
    }
  }

  private static void decimal(ByteBuf out, long value) {
    if (value >= 10) {
      decimal(out, value / 10);
    }
    out.writeByte('0' + (int) (value % 10));
  }
}
