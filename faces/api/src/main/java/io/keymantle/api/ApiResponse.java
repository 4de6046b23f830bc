package io.keymantle.api;

import java.io.IOException;
import java.io.OutputStream;

/// One answer.
public sealed interface ApiResponse {
  int status();

  String contentType();

  /// An answer that is there as a whole.
  record Whole(int status, String contentType, String body) implements ApiResponse {
    /// Hides the body: it may carry a token.
    @Override
    public String toString() {
      return "Whole[" + status + "]";
    }
  }

  /// An answer that is written while it is made.
  record Streamed(int status, String contentType, Writer writer) implements ApiResponse {}

  /// Makes the body of a streamed answer.
  @FunctionalInterface
  interface Writer {
    /// Writes all of the body; each flush reaches the caller. When it throws, the connection ends
    /// without the mark of a whole message.
    void write(OutputStream body) throws IOException;
  }

  static ApiResponse json(int status, String body) {
    return new Whole(status, "application/json", body);
  }

  static ApiResponse ok(String json) {
    return json(200, json);
  }
}
