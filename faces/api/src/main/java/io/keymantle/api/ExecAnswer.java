package io.keymantle.api;

import io.keymantle.domain.ErrorCode;
import io.keymantle.domain.RefusedException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;

/// The answer to `POST /v1/exec`: lines of JSON, one for each piece of output and a last one with
/// the exit status or the problem that ended the command.
final class ExecAnswer {
  private ExecAnswer() {}

  /// Standard input of a call, from its base64.
  static ByteBuffer stdin(JsonBody body) {
    try {
      return ByteBuffer.wrap(Base64.getDecoder().decode(body.text("stdin")));
    } catch (IllegalArgumentException e) {
      throw JsonBody.invalid("the member \"stdin\" is not base64", "encode it");
    }
  }

  static List<String> command(JsonBody body) {
    List<String> command = body.texts("command");
    if (command.isEmpty() || command.getFirst().isEmpty()) {
      throw RefusedException.of(
          ErrorCode.INVALID_REQUEST, "there is no command", "add \"command\": [\"/usr/bin/NAME\"]");
    }
    return command;
  }

  /// @param afterwards runs when the call has ended, however it did
  static ApiResponse stream(ExecPort port, ExecPort.Call call, Runnable afterwards) {
    return new ApiResponse.Streamed(
        200,
        "application/x-ndjson",
        body -> {
          try {
            int exit = port.run(call, (stream, bytes) -> piece(body, stream, bytes));
            line(body, "{\"exit\":" + exit + "}");
          } catch (RefusedException e) {
            line(body, Problems.json(e.problem()));
          } finally {
            afterwards.run();
          }
        });
  }

  private static void piece(OutputStream body, String stream, ByteBuffer bytes) throws IOException {
    ByteBuffer encoded = Base64.getEncoder().encode(bytes);
    String data = StandardCharsets.ISO_8859_1.decode(encoded).toString();
    line(body, "{\"stream\":\"" + stream + "\",\"data\":\"" + data + "\"}");
  }

  private static void line(OutputStream body, String json) throws IOException {
    body.write((json + "\n").getBytes(StandardCharsets.UTF_8));
    body.flush();
  }
}
