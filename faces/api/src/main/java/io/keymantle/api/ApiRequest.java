package io.keymantle.api;

import java.io.InputStream;
import java.util.Map;
import java.util.Optional;

/// One request, as any transport hands it over.
///
/// @param path decoded nowhere: routes have ASCII segments only, and names are ASCII
/// @param query parameters by name, decoded; a repeated one was refused
/// @param headers by lower-case name; a repeated one that matters was refused
/// @param body ends with the message; reading past the limit fails with `body_too_large`
/// @param connectionToken the agent token that introduced the whole connection, on the gateway's
///   Unix socket
public record ApiRequest(
    String method,
    String path,
    Map<String, String> query,
    Map<String, String> headers,
    InputStream body,
    Optional<String> connectionToken) {

  /// The header's text, empty when it is missing.
  public String header(String lowerCaseName) {
    return headers.getOrDefault(lowerCaseName, "");
  }

  /// The token of `Authorization: Bearer`, empty when there is none.
  public String bearer() {
    String authorization = header("authorization");
    return authorization.regionMatches(true, 0, "Bearer ", 0, 7)
        ? authorization.substring(7).strip()
        : "";
  }

  /// Hides headers and query, which carry tokens.
  @Override
  public String toString() {
    return "ApiRequest[" + method + " " + path + "]";
  }
}
