package io.keymantle.cli;

import java.io.IOException;
import java.io.InputStream;
import java.util.Map;

/// Calls of the broker's HTTP API, over whichever listener the caller may use.
interface BrokerClient {
  /// Calls with a JSON body, or without one when the map is empty and the method is GET or DELETE.
  ///
  /// @throws io.keymantle.domain.RefusedException with `broker_unreachable` when nobody listens
  HttpReply call(String method, String target, Map<String, Object> body) throws IOException;

  /// Calls with a body that is read while the answer comes.
  ///
  /// @throws io.keymantle.domain.RefusedException with `broker_unreachable` when nobody listens
  HttpReply stream(String target, InputStream body) throws IOException;

  default JsonObject get(String target) throws IOException {
    return call("GET", target, Map.of()).object();
  }

  default JsonObject post(String target, Map<String, Object> body) throws IOException {
    return call("POST", target, body).object();
  }

  default JsonObject delete(String target) throws IOException {
    return call("DELETE", target, Map.of()).object();
  }
}
