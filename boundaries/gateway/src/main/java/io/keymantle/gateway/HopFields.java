package io.keymantle.gateway;

import io.keymantle.gateway.HeadReader.Malformed;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// The fields of a head that concern one hop only (RFC 9110 §7.6.1), taken out of it: `Connection`
/// and what it names, `Proxy-…`, `Keep-Alive`, `TE`, `Upgrade`, `Expect`. `Host` stays in its
/// place.
final class HopFields {
  private static final String NEVER_NAMED =
      "|host|content-length|transfer-encoding|content-encoding|content-type|trailer|expect|";

  @Nullable String host;
  @Nullable String upgrade;
  @Nullable String proxyAuthorization;
  boolean expectsContinue;
  private boolean close;
  private boolean keepAlive;
  private boolean upgradeNamed;

  private HopFields() {}

  /// @throws Malformed for two `Host` or `Authorization` headers, no `Host` in HTTP/1.1, unknown
  ///   expectations, and a `Connection` that names a field which steers the message
  static HopFields take(HeaderFields fields, boolean http11) {
    HopFields hop = new HopFields();
    int hosts = 0;
    int authorizations = 0;
    String named = "";
    for (int i = 0; i < fields.size(); i++) {
      if (fields.nameIs(i, "host")) {
        hop.host = fields.value(i);
        hosts++;
      } else if (fields.nameIs(i, "authorization")) {
        authorizations++;
      } else if (hop.takes(fields, i)) {
        fields.remove(i--);
      } else if (fields.nameIs(i, "connection")) {
        named = hop.options(fields.value(i), named);
        fields.remove(i--);
      }
    }
    if (hosts > 1 || (http11 && hosts == 0)) {
      throw Malformed.syntax(hosts > 1 ? "two Host headers" : "no Host header");
    }
    if (authorizations > 1) {
      throw Malformed.syntax("two Authorization headers");
    }
    // RFC 9110 §10.1.1: from an HTTP/1.0 client the expectation is ignored.
    hop.expectsContinue &= http11;
    if (!named.isEmpty()) {
      removeNamed(fields, named);
    }
    if (!hop.upgradeNamed) {
      hop.upgrade = null;
    }
    return hop;
  }

  private boolean takes(HeaderFields fields, int i) {
    int first = fields.nameFirst(i);
    if (first == 'p') {
      if (fields.nameIs(i, "proxy-authorization")) {
        if (proxyAuthorization != null) {
          throw Malformed.syntax("two Proxy-Authorization headers");
        }
        proxyAuthorization = fields.value(i);
        return true;
      }
      return fields.nameStartsWith(i, "proxy-");
    }
    if (first == 'u' && fields.nameIs(i, "upgrade")) {
      if (upgrade != null) {
        throw Malformed.syntax("two Upgrade headers");
      }
      upgrade = fields.value(i).toLowerCase(Locale.ROOT);
      return true;
    }
    if (first == 'e' && fields.nameIs(i, "expect")) {
      if (!fields.value(i).equalsIgnoreCase("100-continue")) {
        throw Malformed.syntax("an expectation other than 100-continue");
      }
      expectsContinue = true;
      return true;
    }
    return (first == 'k' && fields.nameIs(i, "keep-alive"))
        || (first == 't' && fields.nameIs(i, "te"))
        || (first == 'h' && fields.nameIs(i, "http2-settings"));
  }

  private String options(String value, String named) {
    for (String part : value.split(",")) {
      String option = part.strip().toLowerCase(Locale.ROOT);
      switch (option) {
        case "", "te", "http2-settings" -> {}
        case "close" -> close = true;
        case "keep-alive" -> keepAlive = true;
        case "upgrade" -> upgradeNamed = true;
        default -> named = named + "|" + option;
      }
    }
    return named;
  }

  /// @param named options, each behind a `|`
  static void removeNamed(HeaderFields fields, String named) {
    for (String option : named.substring(1).split("\\|")) {
      if (NEVER_NAMED.contains("|" + option + "|")) {
        throw Malformed.syntax("Connection names a header that belongs to the message");
      }
      fields.removeAll(option);
    }
  }

  boolean persistent(boolean http11) {
    return !close && (http11 || keepAlive);
  }
}
