package io.keymantle.e2e;

import java.io.EOFException;
import java.io.IOException;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;

/// One HTTP/1.1 exchange on a connection of its own, TCP or Unix socket. It knows a whole answer
/// from one that was cut: only a whole one acknowledges anything.
final class PlainHttp {
  private static final String END_OF_HEAD = "\r\n\r\n";

  private PlainHttp() {}

  /// An answer that arrived whole.
  record Reply(int status, String body) {
    boolean ok() {
      return status / 100 == 2;
    }
  }

  /// @throws IOException also when the answer ends before it is whole
  static Reply exchange(
      SocketAddress address, String method, String target, Map<String, String> headers, String body)
      throws IOException {
    byte[] content = body.getBytes(StandardCharsets.UTF_8);
    StringBuilder head = new StringBuilder(256);
    head.append(method).append(' ').append(target).append(" HTTP/1.1\r\nConnection: close\r\n");
    headers.forEach((name, value) -> head.append(name).append(": ").append(value).append("\r\n"));
    if (content.length > 0) {
      head.append("Content-Type: application/json\r\n");
    }
    head.append("Content-Length: ").append(content.length).append(END_OF_HEAD);
    try (SocketChannel channel = SocketChannel.open(address)) {
      write(channel, head.toString().getBytes(StandardCharsets.ISO_8859_1));
      write(channel, content);
      return parse(Channels.newInputStream(channel).readAllBytes());
    }
  }

  private static void write(SocketChannel channel, byte[] bytes) throws IOException {
    ByteBuffer buffer = ByteBuffer.wrap(bytes);
    while (buffer.hasRemaining()) {
      channel.write(buffer);
    }
  }

  private static Reply parse(byte[] bytes) throws IOException {
    String text = new String(bytes, StandardCharsets.ISO_8859_1);
    int end = text.indexOf(END_OF_HEAD);
    if (end < 0) {
      throw new EOFException("the answer was cut");
    }
    String head = text.substring(0, end).toLowerCase(Locale.ROOT) + "\r\n";
    String body = text.substring(end + END_OF_HEAD.length());
    boolean chunked = head.contains("\r\ntransfer-encoding: chunked\r\n");
    boolean whole =
        chunked
            ? body.endsWith("0" + END_OF_HEAD)
            : body.length() == Integer.parseInt(field(head, "content-length"));
    if (!whole) {
      throw new EOFException("the answer was cut");
    }
    return new Reply(Integer.parseInt(head.substring(9, 12)), utf8(chunked ? joined(body) : body));
  }

  private static String field(String head, String name) throws EOFException {
    int start = head.indexOf("\r\n" + name + ": ");
    if (start < 0) {
      throw new EOFException("the answer has no " + name);
    }
    int from = start + name.length() + 4;
    return head.substring(from, head.indexOf('\r', from)).strip();
  }

  private static String joined(String chunks) {
    StringBuilder body = new StringBuilder();
    int at = 0;
    while (true) {
      int line = chunks.indexOf("\r\n", at);
      int length = Integer.parseInt(chunks.substring(at, line), 16);
      if (length == 0) {
        return body.toString();
      }
      body.append(chunks, line + 2, line + 2 + length);
      at = line + 4 + length;
    }
  }

  private static String utf8(String latin) {
    return new String(latin.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
  }
}
