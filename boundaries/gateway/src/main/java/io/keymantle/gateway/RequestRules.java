package io.keymantle.gateway;

import io.keymantle.domain.Destination;
import io.keymantle.domain.ErrorCode;
import io.keymantle.domain.RefusedException;
import org.jspecify.annotations.Nullable;

/// What holds for every request, token or not: which methods and upgrades there are, and what the
/// forwarded head carries of this hop.
final class RequestRules {
  static final String WEBSOCKET = "websocket";

  private RequestRules() {}

  static void check(Engine engine, IncomingRequest request) {
    String method = request.head().method();
    if (method.equals("TRACE") || method.equals("TRACK") || method.equals("CONNECT")) {
      throw RefusedException.of(
          ErrorCode.METHOD_NOT_ALLOWED,
          method + " is not passed on: its reply repeats the request's headers",
          "use another method");
    }
    if (request.form() == IncomingRequest.Form.ASTERISK && !method.equals("OPTIONS")) {
      throw Refusals.ambiguous("the target * belongs to OPTIONS");
    }
    String upgrade = request.upgrade();
    if (upgrade != null && engine.has(Guard.UPGRADE)) {
      checkUpgrade(upgrade, request);
    }
  }

  private static void checkUpgrade(String upgrade, IncomingRequest request) {
    if (!upgrade.equals(WEBSOCKET)) {
      throw RefusedException.of(
          ErrorCode.UPGRADE_NOT_ALLOWED,
          "only an upgrade to websocket is passed on",
          "use plain HTTP/1.1: with curl, --http1.1");
    }
    String key = request.head().fields().value("sec-websocket-key");
    boolean sound =
        request.http11()
            && request.head().method().equals("GET")
            && request.head().framing().isEmpty()
            && request.head().fields().count("sec-websocket-key") == 1
            && key != null
            && key.length() == 24;
    if (!sound) {
      throw Refusals.ambiguous("a WebSocket handshake that RFC 6455 does not know");
    }
  }

  /// Puts in what belongs to the next hop. Called when the head is about to be written.
  static void finish(IncomingRequest request, Destination destination) {
    HeaderFields fields = request.head().fields();
    String authority = destination.authority();
    if (!authority.equals(request.host())) {
      fields.set("host", authority);
    }
    if (request.upgrade() != null) {
      // Compressed messages could not be read.
      fields.removeAll("sec-websocket-extensions");
      fields.add("Connection", "Upgrade");
      fields.add("Upgrade", request.upgrade());
    }
    if (request.expectsContinue() && request.head().framing().kind() != Framing.Kind.NONE) {
      fields.add("Expect", "100-continue");
    }
  }

  /// Trailers are no surface: a broker token has no business there.
  static void checkTrailers(Engine engine, @Nullable HeaderFields trailers) {
    if (trailers == null || !engine.has(Guard.STREAMED_TOKENS)) {
      return;
    }
    for (int i = 0; i < trailers.size(); i++) {
      byte[] array = trailers.valueArray(i);
      int name = trailers.nameStart(i);
      int value = trailers.valueStart(i);
      if (!TokenScanner.scan(array, name, name + trailers.nameLength(i)).isEmpty()
          || !TokenScanner.scan(array, value, value + trailers.valueLength(i)).isEmpty()) {
        throw RefusedException.of(
            ErrorCode.SURFACE_MISMATCH,
            "a broker token stands in a trailer",
            "send it on the surface that the binding names");
      }
    }
  }

  static RefusedException egressDenied(Destination destination) {
    return RefusedException.of(
        ErrorCode.DESTINATION_NOT_ALLOWED,
        "this agent's egress mode is deny, and the request carries no broker token",
        "a person can allow it: keymantle agent add AGENT --egress allow-listed --allow "
            + destination);
  }

  static RefusedException sessionOver() {
    return RefusedException.of(
        ErrorCode.AGENT_REVOKED,
        "the agent or its run was ended",
        "a person can start a new one: keymantle run");
  }
}
