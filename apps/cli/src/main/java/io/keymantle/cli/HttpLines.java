package io.keymantle.cli;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;

/// Lines of a message: of its head, or of a body of newline-delimited JSON.
final class HttpLines {
  private HttpLines() {}

  /// The next line without its end.
  ///
  /// @param limit bytes of the longest line
  /// @throws EOFException when there is no further whole line
  static String read(InputStream in, int limit) throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream(128);
    for (int c = in.read(); c != '\n'; c = in.read()) {
      if (c < 0 || line.size() >= limit) {
        throw new EOFException("the answer ended early");
      }
      line.write(c);
    }
    String text = line.toString(StandardCharsets.UTF_8);
    return text.endsWith("\r") ? text.substring(0, text.length() - 1) : text;
  }
}
