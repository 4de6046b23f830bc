package io.keymantle.gateway;

import io.keymantle.domain.ErrorCode;
import io.keymantle.domain.Problem;
import io.keymantle.domain.RefusedException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Finds the agent token in what a client sends to identify itself: `Bearer kma_…`, or `Basic` with
/// the token as password, or as user.
final class ProxyAuthentication {
  private static final String TOKEN = "kma_";

  /// What the preamble line of a Unix socket starts with.
  static final String PREAMBLE = "KEYMANTLE/1 ";

  private ProxyAuthentication() {}

  /// @param value of `Proxy-Authorization`
  /// @throws RefusedException with `proxy_authentication_required`
  static String token(@Nullable String value) {
    if (value == null) {
      throw required("no agent token was sent");
    }
    int space = value.indexOf(' ');
    String scheme = space < 0 ? value : value.substring(0, space).toLowerCase(Locale.ROOT);
    String rest = space < 0 ? "" : value.substring(space + 1).strip();
    if (scheme.equals("bearer") && rest.startsWith(TOKEN)) {
      return rest;
    }
    if (scheme.equals("basic")) {
      return basic(rest);
    }
    throw required("the authorization is neither Basic nor Bearer with an agent token");
  }

  private static String basic(String encoded) {
    String pair;
    try {
      pair = new String(Base64.getDecoder().decode(encoded), StandardCharsets.ISO_8859_1);
    } catch (IllegalArgumentException e) {
      throw required("the Basic authorization is not base64");
    }
    int colon = pair.indexOf(':');
    String user = colon < 0 ? pair : pair.substring(0, colon);
    String password = colon < 0 ? "" : pair.substring(colon + 1);
    if (password.startsWith(TOKEN)) {
      return password;
    }
    if (user.startsWith(TOKEN)) {
      return user;
    }
    throw required("the Basic authorization holds no agent token");
  }

  private static RefusedException required(String why) {
    return RefusedException.of(
        ErrorCode.PROXY_AUTHENTICATION_REQUIRED,
        why,
        "start the agent with: keymantle run, or set HTTPS_PROXY=http://agent:kma_…@HOST:PORT");
  }

  /// What the broker's refusal of a token is to an HTTP proxy's client.
  static RefusedException asProxy(RefusedException refused) {
    Problem problem = refused.problem();
    return problem.code() == ErrorCode.UNAUTHENTICATED
        ? RefusedException.of(
            ErrorCode.PROXY_AUTHENTICATION_REQUIRED, problem.message(), problem.fix())
        : refused;
  }
}
