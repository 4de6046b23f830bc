package io.keymantle.api;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;

/// The two halves that a session of the console has in the browser: the session token in a cookie
/// that no script can read, and a second one that the page sends in a header.
///
/// Browsers send the cookie of `localhost` to every server of this machine that a person visits,
/// whatever its port, and take one from each: so the cookie alone opens nothing, and one that
/// somebody else has set fits no second half.
///
/// @param csrf makes the second half of a session token
record ConsoleSession(UnaryOperator<String> csrf) {
  static final String CSRF_HEADER = "x-keymantle-csrf";
  static final String COOKIE = "__Host-keymantle";

  private static final String ATTRIBUTES = "; Path=/; Secure; HttpOnly; SameSite=Strict";

  /// The token of the session whose two halves the request carries.
  Optional<String> token(ApiRequest request) {
    List<String> found = new ArrayList<>();
    for (String cookie : request.header("cookie").split(";", -1)) {
      String pair = cookie.strip();
      if (pair.startsWith(COOKIE + "=")) {
        found.add(pair.substring(COOKIE.length() + 1));
      }
    }
    // Of two, one is not ours.
    if (found.size() != 1 || found.getFirst().isEmpty()) {
      return Optional.empty();
    }
    String token = found.getFirst();
    boolean fits =
        MessageDigest.isEqual(bytes(csrf.apply(token)), bytes(request.header(CSRF_HEADER)));
    return fits ? Optional.of(token) : Optional.empty();
  }

  /// The header that gives the browser its cookie.
  static Map<String, String> given(String token) {
    return Map.of("set-cookie", COOKIE + "=" + token + ATTRIBUTES);
  }

  /// The header that takes it back.
  static Map<String, String> taken() {
    return Map.of("set-cookie", COOKIE + "=" + ATTRIBUTES + "; Max-Age=0");
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
