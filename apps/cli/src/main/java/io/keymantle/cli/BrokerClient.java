package io.keymantle.cli;

import java.io.IOException;
import java.io.InputStream;
import java.util.Map;

/// Calls of the broker's HTTP API, over whichever listener the caller may use.
interface BrokerClient {
  /// Calls with a JSON body, or without one when the map is empty and the method is GET or DELETE.
  ///
  /// @throws io.keymantle.domain.RefusedException with `broker_unreachable` when nobody listens
  default HttpReply call(String method, String target, Map<String, Object> body)
      throws IOException {
    boolean bare = body.isEmpty() && (method.equals("GET") || method.equals("DELETE"));
    return send(method, target, "application/json", bare ? new byte[0] : Json.bytes(body));
  }

  /// Calls with a body that is read while the answer comes.
  ///
  /// @throws io.keymantle.domain.RefusedException with `broker_unreachable` when nobody listens
  HttpReply stream(String target, InputStream body) throws IOException;

  /// Calls with a body of the caller's own.
  ///
  /// @throws io.keymantle.domain.RefusedException with `broker_unreachable` when nobody listens
  HttpReply send(String method, String target, String type, byte[] body) throws IOException;

  /// Ends a run by its own token: whatever started it may have expired while the agent was at work.
  ///
  /// @throws io.keymantle.domain.RefusedException with `broker_unreachable` when nobody listens
  void endRun(String run, String token) throws IOException;

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
