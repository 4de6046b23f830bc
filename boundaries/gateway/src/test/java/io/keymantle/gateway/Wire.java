package io.keymantle.gateway;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Queue;

/// Reads HTTP/1.1 messages off a stream for tests, with no leniency and no cleverness.
final class Wire {
  private final InputStream in;
  private final Queue<String> heads;

  Wire(InputStream in, Queue<String> heads) {
    this.in = in;
    this.heads = heads;
  }

  /// One message.
  record Message(String head, byte[] body, String trailers) {
    String text() {
      return new String(body, StandardCharsets.ISO_8859_1);
    }

    int status() {
      return Integer.parseInt(head.substring(9, 12));
    }

    /// Value of a header, or empty.
    String header(String name) {
      for (String line : head.split("\r\n")) {
        if (line.toLowerCase(Locale.ROOT).startsWith(name + ":")) {
          return line.substring(name.length() + 1).strip();
        }
      }
      return "";
    }
  }

  /// Reads a head up to its empty line; null at the end of the stream.
  String head() throws IOException {
    StringBuilder head = new StringBuilder();
    while (head.length() < 4 || !head.substring(head.length() - 4).equals("\r\n\r\n")) {
      int b = in.read();
      if (b < 0) {
        if (head.isEmpty()) {
          return null;
        }
        throw new EOFException("head cut: " + head);
      }
      head.append((char) b);
    }
    heads.add(head.toString());
    return head.toString();
  }

  /// Reads a request with its body; null at the end of the stream.
  Message request() throws IOException {
    String head = head();
    return head == null ? null : body(head, false);
  }

  /// Reads a reply with its body.
  Message reply(boolean toHead) throws IOException {
    String head = head();
    if (head == null) {
      throw new EOFException("no reply");
    }
    int status = Integer.parseInt(head.substring(9, 12));
    if (toHead || status < 200 || status == 204 || status == 304) {
      return new Message(head, new byte[0], "");
    }
    return body(head, true);
  }

  private Message body(String head, boolean untilClose) throws IOException {
    Message bare = new Message(head, new byte[0], "");
    if (bare.header("transfer-encoding").equals("chunked")) {
      return chunked(head);
    }
    String length = bare.header("content-length");
    if (!length.isEmpty()) {
      return new Message(head, exactly(Integer.parseInt(length)), "");
    }
    return untilClose ? new Message(head, in.readAllBytes(), "") : bare;
  }

  private Message chunked(String head) throws IOException {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    while (true) {
      int size = Integer.parseInt(line(), 16);
      if (size == 0) {
        StringBuilder trailers = new StringBuilder();
        for (String line = line(); !line.isEmpty(); line = line()) {
          trailers.append(line).append('\n');
        }
        return new Message(head, body.toByteArray(), trailers.toString());
      }
      body.write(exactly(size));
      line();
    }
  }

  byte[] exactly(int length) throws IOException {
    byte[] bytes = in.readNBytes(length);
    if (bytes.length < length) {
      throw new EOFException("body cut after " + bytes.length);
    }
    return bytes;
  }

  String line() throws IOException {
    StringBuilder line = new StringBuilder();
    for (int b = in.read(); b != '\n'; b = in.read()) {
      if (b < 0) {
        throw new EOFException("line cut");
      }
      line.append((char) b);
    }
    return line.substring(0, line.length() - 1);
  }

  int read() throws IOException {
    return in.read();
  }

  byte[] rest() throws IOException {
    return in.readAllBytes();
  }
}
