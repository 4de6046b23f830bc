package io.keymantle.api;

import io.keymantle.domain.ErrorCode;
import io.keymantle.domain.RefusedException;
import io.netty.handler.codec.http.HttpRequest;
import java.io.InputStream;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Turns a decoded request head into an [ApiRequest]; what could be read in two ways is refused.
final class RequestReader {
  /// Of these a second one would leave open which of them counts.
  private static final Set<String> SINGLE =
      Set.of(
          "host",
          "authorization",
          "origin",
          "cookie",
          ConsoleSession.CSRF_HEADER,
          "content-length",
          "transfer-encoding");

  private RequestReader() {}

  /// @throws RefusedException with `ambiguous_request`
  static ApiRequest read(HttpRequest request, InputStream body, Optional<String> agentToken) {
    Map<String, String> headers = new HashMap<>();
    for (Map.Entry<String, String> header : request.headers()) {
      String name = header.getKey().toLowerCase(Locale.ROOT);
      if (headers.putIfAbsent(name, header.getValue()) != null && SINGLE.contains(name)) {
        throw ambiguous("the header " + name + " stands twice");
      }
    }
    if (headers.containsKey("content-length") && headers.containsKey("transfer-encoding")) {
      throw ambiguous("the request has a length and a transfer encoding");
    }
    if (!headers.containsKey("host")) {
      throw ambiguous("the Host header is missing");
    }
    String target = request.uri();
    if (!target.startsWith("/") || target.indexOf('#') >= 0) {
      throw ambiguous("the target is not a path");
    }
    int mark = target.indexOf('?');
    return new ApiRequest(
        request.method().name(),
        mark < 0 ? target : target.substring(0, mark),
        mark < 0 ? Map.of() : query(target.substring(mark + 1)),
        headers,
        body,
        agentToken);
  }

  private static Map<String, String> query(String text) {
    Map<String, String> parameters = new HashMap<>();
    for (String part : text.split("&", -1)) {
      if (part.isEmpty()) {
        continue;
      }
      int equals = part.indexOf('=');
      String name = decoded(equals < 0 ? part : part.substring(0, equals));
      if (parameters.put(name, equals < 0 ? "" : decoded(part.substring(equals + 1))) != null) {
        throw ambiguous("a query parameter stands twice");
      }
    }
    return parameters;
  }

  private static String decoded(String text) {
    try {
      return URLDecoder.decode(text, StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      throw ambiguous("the query is not valid percent-encoding");
    }
  }

  private static RefusedException ambiguous(String why) {
    return RefusedException.of(ErrorCode.AMBIGUOUS_REQUEST, why, "send it unambiguously");
  }
}
