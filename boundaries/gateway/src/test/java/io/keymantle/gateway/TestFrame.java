package io.keymantle.gateway;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/// One WebSocket frame as a test reads or writes it, with payloads of up to 64 KiB.
///
/// @param opcode -1 at the end of the stream
record TestFrame(int opcode, boolean fin, String payload) {
  static final String SWITCH =
      "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
          + "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n";

  static TestFrame read(Wire in) throws IOException {
    int first = in.read();
    if (first < 0) {
      return new TestFrame(-1, true, "");
    }
    int second = in.read();
    int length = second & 0x7f;
    if (length == 126) {
      byte[] more = in.exactly(2);
      length = (more[0] & 0xff) << 8 | (more[1] & 0xff);
    }
    byte[] mask = (second & 0x80) != 0 ? in.exactly(4) : new byte[4];
    byte[] payload = in.exactly(length);
    for (int i = 0; i < length; i++) {
      payload[i] ^= mask[i & 3];
    }
    return new TestFrame(
        first & 15, (first & 0x80) != 0, new String(payload, StandardCharsets.ISO_8859_1));
  }

  /// The bytes of a frame.
  static byte[] frame(int opcode, boolean fin, boolean masked, String payload) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write((fin ? 0x80 : 0) | opcode);
    byte[] bytes = payload.getBytes(StandardCharsets.ISO_8859_1);
    int bit = masked ? 0x80 : 0;
    if (bytes.length < 126) {
      out.write(bit | bytes.length);
    } else {
      out.write(bit | 126);
      out.write(bytes.length >> 8);
      out.write(bytes.length & 0xff);
    }
    byte[] mask = {1, 2, 3, 4};
    if (masked) {
      out.writeBytes(mask);
    }
    for (int i = 0; i < bytes.length; i++) {
      out.write(masked ? bytes[i] ^ mask[i & 3] : bytes[i]);
    }
    return out.toByteArray();
  }

  /// The payload of one message.
  static String message(Wire in) throws IOException {
    StringBuilder text = new StringBuilder();
    TestFrame frame = read(in);
    text.append(frame.payload());
    while (!frame.fin()) {
      frame = read(in);
      text.append(frame.payload());
    }
    return text.toString();
  }
}
