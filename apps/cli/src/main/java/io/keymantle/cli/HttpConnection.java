package io.keymantle.cli;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;

/// One HTTP/1.1 exchange over a Unix or TCP socket, RFC 9112. Only what a client of this broker
/// needs: no redirects, no cookies, no proxy, one request per connection.
///
/// Written by hand because the JDK's client has no Unix sockets and takes 60 ms to start.
final class HttpConnection implements AutoCloseable {
  /// Bytes of the longest line of a head.
  static final int HEAD_LINE = 16 * 1024;

  private final SocketChannel channel;

  private HttpConnection(SocketChannel channel) {
    this.channel = channel;
  }

  /// @throws IOException when nobody listens there
  static HttpConnection open(SocketAddress address) throws IOException {
    SocketChannel channel =
        address instanceof UnixDomainSocketAddress
            ? SocketChannel.open(StandardProtocolFamily.UNIX)
            : SocketChannel.open();
    try {
      channel.connect(address);
      return new HttpConnection(channel);
    } catch (IOException e) {
      channel.close();
      throw e;
    }
  }

  /// Sends a request with a whole body and returns the answer's head; its body is still to be read.
  HttpReply exchange(String method, String target, Map<String, String> headers, byte[] body)
      throws IOException {
    OutputStream out = Channels.newOutputStream(channel);
    StringBuilder head = head(method, target, headers);
    head.append("Content-Length: ").append(body.length).append("\r\n\r\n");
    byte[] start = head.toString().getBytes(StandardCharsets.ISO_8859_1);
    byte[] message = java.util.Arrays.copyOf(start, start.length + body.length);
    System.arraycopy(body, 0, message, start.length, body.length);
    out.write(message);
    return reply();
  }

  /// Sends a request whose body is copied from a stream while the answer is already coming: the
  /// writer runs on a thread of its own.
  HttpReply stream(String method, String target, Map<String, String> headers, InputStream body)
      throws IOException {
    OutputStream out = Channels.newOutputStream(channel);
    StringBuilder head = head(method, target, headers);
    head.append("Transfer-Encoding: chunked\r\n\r\n");
    out.write(head.toString().getBytes(StandardCharsets.ISO_8859_1));
    Thread.ofPlatform().daemon().start(() -> copyChunked(body, out));
    return reply();
  }

  private void copyChunked(InputStream body, OutputStream out) {
    try {
      byte[] buffer = new byte[16 * 1024];
      for (int n = body.read(buffer); n >= 0; n = body.read(buffer)) {
        if (n > 0) {
          out.write((Integer.toHexString(n) + "\r\n").getBytes(StandardCharsets.ISO_8859_1));
          out.write(buffer, 0, n);
          out.write('\r');
          out.write('\n');
        }
      }
      out.write("0\r\n\r\n".getBytes(StandardCharsets.ISO_8859_1));
    } catch (IOException e) {
      // The reader sees the end of the connection and says what is wrong.
      close();
    }
  }

  private static StringBuilder head(String method, String target, Map<String, String> headers) {
    StringBuilder head = new StringBuilder(256);
    head.append(method).append(' ').append(target).append(" HTTP/1.1\r\nConnection: close\r\n");
    headers.forEach((name, value) -> head.append(name).append(": ").append(value).append("\r\n"));
    return head;
  }

  private HttpReply reply() throws IOException {
    InputStream in = new BufferedInputStream(Channels.newInputStream(channel), 16 * 1024);
    String status = HttpLines.read(in, HEAD_LINE);
    while (status.startsWith("HTTP/1.1 1")) {
      skipHeaders(in);
      status = HttpLines.read(in, HEAD_LINE);
    }
    if (status.length() < 12 || !status.startsWith("HTTP/1.")) {
      throw new EOFException("no answer");
    }
    long length = -1;
    boolean chunked = false;
    for (String header = HttpLines.read(in, HEAD_LINE);
        !header.isEmpty();
        header = HttpLines.read(in, HEAD_LINE)) {
      int colon = header.indexOf(':');
      String name = header.substring(0, Math.max(colon, 0)).toLowerCase(Locale.ROOT);
      String value = header.substring(colon + 1).strip();
      if (name.equals("content-length")) {
        length = Long.parseLong(value);
      } else if (name.equals("transfer-encoding")) {
        chunked = value.equalsIgnoreCase("chunked");
      }
    }
    int code = Integer.parseInt(status.substring(9, 12));
    if (code == 204 || code == 304) {
      length = 0;
    }
    InputStream body =
        chunked ? new ChunkedInput(in) : length < 0 ? in : new BoundedInput(in, length);
    return new HttpReply(code, body);
  }

  private static void skipHeaders(InputStream in) throws IOException {
    while (!HttpLines.read(in, HEAD_LINE).isEmpty()) {
      // Nothing in an interim answer matters here.
    }
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      // Closing is all that was left to do.
    }
  }
}
