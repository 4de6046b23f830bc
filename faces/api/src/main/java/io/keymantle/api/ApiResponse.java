package io.keymantle.api;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/// One answer.
public sealed interface ApiResponse {
  int status();

  String contentType();

  /// Further headers by lower-case name. They replace those that every answer has, such as
  /// `cache-control`.
  Map<String, String> headers();

  /// The same answer with more headers.
  ApiResponse with(Map<String, String> more);

  /// An answer that is there as a whole.
  ///
  /// @param body not changed any more, and read from duplicates only
  record Whole(int status, String contentType, ByteBuffer body, Map<String, String> headers)
      implements ApiResponse {
    public Whole {
      headers = Map.copyOf(headers);
    }

    Whole(int status, String contentType, String body) {
      this(status, contentType, StandardCharsets.UTF_8.encode(body), Map.of());
    }

    /// The body as text.
    String text() {
      return StandardCharsets.UTF_8.decode(body.duplicate()).toString();
    }

    @Override
    public Whole with(Map<String, String> more) {
      return new Whole(status, contentType, body, merged(headers, more));
    }

    /// Hides the body: it may carry a token.
    @Override
    public String toString() {
      return "Whole[" + status + "]";
    }
  }

  /// An answer that is written while it is made.
  record Streamed(int status, String contentType, Writer writer, Map<String, String> headers)
      implements ApiResponse {
    public Streamed {
      headers = Map.copyOf(headers);
    }

    Streamed(int status, String contentType, Writer writer) {
      this(status, contentType, writer, Map.of());
    }

    @Override
    public Streamed with(Map<String, String> more) {
      return new Streamed(status, contentType, writer, merged(headers, more));
    }
  }

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

  private static Map<String, String> merged(Map<String, String> headers, Map<String, String> more) {
    Map<String, String> all = new HashMap<>(headers);
    all.putAll(more);
    return all;
  }
}
