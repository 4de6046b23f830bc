package io.keymantle.cli;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;

/// A chunked body, RFC 9112 §7.1. An end without the last chunk is an error, never a short answer.
final class ChunkedInput extends InputStream {
  private final InputStream in;
  private long left;
  private boolean first = true;
  private boolean ended;

  ChunkedInput(InputStream in) {
    this.in = in;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] target, int offset, int length) throws IOException {
    if (length == 0) {
      return 0;
    }
    if (left == 0 && !ended) {
      nextChunk();
    }
    if (ended) {
      return -1;
    }
    int n = in.read(target, offset, (int) Math.min(length, left));
    if (n < 0) {
      throw new EOFException("the answer ended early");
    }
    left -= n;
    return n;
  }

  private void nextChunk() throws IOException {
    if (!first) {
      HttpLines.read(in, HttpConnection.HEAD_LINE);
    }
    first = false;
    String size = HttpLines.read(in, HttpConnection.HEAD_LINE);
    int extension = size.indexOf(';');
    try {
      left = Long.parseLong((extension < 0 ? size : size.substring(0, extension)).strip(), 16);
    } catch (NumberFormatException e) {
      throw new IOException("not a chunk", e);
    }
    if (left == 0) {
      ended = true;
      while (!HttpLines.read(in, HttpConnection.HEAD_LINE).isEmpty()) {
        // Trailers carry nothing for this client.
      }
    }
  }
}
