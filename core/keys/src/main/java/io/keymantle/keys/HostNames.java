package io.keymantle.keys;

import io.keymantle.domain.Destination;
import io.keymantle.domain.ErrorCode;
import io.keymantle.domain.RefusedException;
import io.keymantle.domain.Scheme;
import java.net.InetAddress;

/// Hosts as [Destination] writes them: DNS names in A-labels, IPv4 as decimal, IPv6 in brackets.
final class HostNames {
  private static final int PORT = 443;

  private HostNames() {}

  /// @throws RefusedException with `destination_not_allowed` when the host is not canonical
  static String requireCanonical(String host) {
    try {
      if (new Destination(Scheme.HTTPS, host, PORT).host().equals(host)) {
        return host;
      }
    } catch (RefusedException e) {
      // Answered below, with what it means here.
    }
    throw RefusedException.of(
        ErrorCode.DESTINATION_NOT_ALLOWED,
        "no certificate can be made for this host name",
        "name the host in its canonical form");
  }

  static boolean isAddress(String host) {
    char last = host.charAt(host.length() - 1);
    return last == ']' || isDecimal(host);
  }

  private static boolean isDecimal(String host) {
    return host.chars().allMatch(c -> c == '.' || (c >= '0' && c <= '9'));
  }

  static byte[] address(String host) {
    String literal = host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
    return InetAddress.ofLiteral(literal).getAddress();
  }
}
