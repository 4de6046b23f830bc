package io.keymantle.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/// An openclaw.json as the broker shows it: its secrets hidden. This process never reads the file.
///
/// @param answer of `POST /v1/openclaw/open`
record OpenClawFile(BrokerClient broker, Path path, JsonObject answer) {
  /// @throws io.keymantle.domain.RefusedException as the broker's
  static OpenClawFile open(Invocation invocation) throws IOException {
    Path path = Path.of(invocation.argument(0)).toAbsolutePath().normalize();
    BrokerClient broker = invocation.admin();
    return new OpenClawFile(
        broker, path, broker.post("/v1/openclaw/open", Map.of("path", path.toString())));
  }

  String text() {
    return answer.text("text");
  }

  /// A body for a change of what was opened.
  Map<String, Object> change() {
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("path", path.toString());
    body.put("base", answer.text("base"));
    return body;
  }
}
