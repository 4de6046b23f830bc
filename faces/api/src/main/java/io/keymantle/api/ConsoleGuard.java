package io.keymantle.api;

import io.keymantle.domain.ErrorCode;
import io.keymantle.domain.RefusedException;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/// What the console's listener asks of each call, before any session is looked at, and what it says
/// to the browser with each answer.
///
/// @param origin where the console is
record ConsoleGuard(ConsoleOrigin origin) {
  private static final Set<String> WITH_BODY = Set.of("POST", "PUT", "PATCH");
  private static final String PERMISSIONS =
      "publickey-credentials-get=(self), publickey-credentials-create=(self), camera=(),"
          + " clipboard-read=(), display-capture=(), geolocation=(), microphone=(), payment=(),"
          + " usb=()";

  /// @throws RefusedException with `forbidden` when another page than the console's own calls, and
  ///   `invalid_request` for a body that is not JSON, which any page could send
  void check(ApiRequest request) {
    String host = request.header("host");
    String from = request.header("origin");
    String site = request.header("sec-fetch-site");
    boolean own =
        origin.isName(host)
            && (from.isEmpty() || from.equals(origin.of(host)))
            && (site.isEmpty() || site.equals("same-origin"));
    if (!own) {
      throw RefusedException.of(
          ErrorCode.FORBIDDEN,
          "only the console's own pages may call this",
          "open the URL that keymantle status shows");
    }
    String type = request.header("content-type").toLowerCase(Locale.ROOT);
    if (WITH_BODY.contains(request.method())
        && !type.equals("application/json")
        && !type.startsWith("application/json;")) {
      throw JsonBody.invalid("the body is not JSON", "send it as application/json");
    }
  }

  /// The headers of every answer.
  static Map<String, String> headers(String policy) {
    return Map.of(
        "content-security-policy", policy,
        "x-frame-options", "DENY",
        "referrer-policy", "no-referrer",
        "cross-origin-opener-policy", "same-origin",
        "cross-origin-resource-policy", "same-origin",
        "permissions-policy", PERMISSIONS);
  }
}
