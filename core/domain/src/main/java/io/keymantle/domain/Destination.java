package io.keymantle.domain;

import java.net.IDN;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.regex.Pattern;

/// Where a connection goes: scheme, host and port in canonical form. Hosts are canonicalised here
/// and nowhere else: lower case, no trailing dot, IDN as A-labels, IPv4 as four plain decimal
/// numbers, IPv6 in square brackets and RFC 5952 form.
///
/// Text that reads differently to different parsers (`127.1`, `0x7f.1`, `1.2.3.4.`, user
/// information, zone ids, percent signs) is refused rather than interpreted.
public record Destination(Scheme scheme, String host, int port) implements Comparable<Destination> {
  private static final Pattern LABEL = Pattern.compile("(?!-)[a-z0-9_-]{1,63}(?<!-)");
  private static final Pattern DECIMAL_IPV4 =
      Pattern.compile(
          "((25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)\\.){3}(25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)");
  private static final Pattern LOOKS_NUMERIC = Pattern.compile("(.*\\.)?(0x[0-9a-f]*|[0-9]+)");

  public Destination {
    host = canonicalHost(host);
    if (port < 1 || port > 65535) {
      throw refused("port " + port + " does not exist");
    }
  }

  /// Parses `https://host[:port]`; `wss` and `ws` stand for `https` and `http`. A path other than
  /// `/`, a query, a fragment or user information is refused.
  ///
  /// @throws RefusedException with [ErrorCode#INVALID_BINDING]
  public static Destination parse(String text) {
    int schemeEnd = text.indexOf("://");
    if (schemeEnd < 0) {
      throw refused("a destination is a URL such as https://api.github.com");
    }
    Scheme scheme =
        switch (text.substring(0, schemeEnd).toLowerCase(Locale.ROOT)) {
          case "https", "wss" -> Scheme.HTTPS;
          case "http", "ws" -> Scheme.HTTP;
          default -> throw refused("a destination's scheme is https, http, wss or ws");
        };
    String authority = text.substring(schemeEnd + 3);
    if (authority.endsWith("/")) {
      authority = authority.substring(0, authority.length() - 1);
    }
    if (authority.indexOf('@') >= 0) {
      throw refused("a destination has no user name; Basic authentication is --inject always");
    }
    if (authority.chars().anyMatch(c -> c == '/' || c == '?' || c == '#')) {
      throw refused("a destination ends after host and port; paths are narrowed with --paths");
    }
    return ofAuthority(scheme, authority);
  }

  /// Parses `host`, `host:port` or `[v6]:port`, as in a `Host` header or a CONNECT target.
  ///
  /// @throws RefusedException with [ErrorCode#INVALID_BINDING]
  public static Destination ofAuthority(Scheme scheme, String authority) {
    int portStart =
        authority.startsWith("[") ? authority.indexOf("]:") + 1 : authority.lastIndexOf(':');
    if (authority.startsWith("[") && portStart == 0 && !authority.endsWith("]")) {
      throw refused("'[' without ']'");
    }
    if (portStart <= 0) {
      return new Destination(scheme, authority, scheme.defaultPort());
    }
    String port = authority.substring(portStart + 1);
    if (port.isEmpty() || port.length() > 5 || !port.chars().allMatch(c -> c >= '0' && c <= '9')) {
      throw refused("the port is 1 to 65535");
    }
    return new Destination(scheme, authority.substring(0, portStart), Integer.parseInt(port));
  }

  /// Whether a host is canonical already, as nearly all are: lower-case letters, digits and inner
  /// hyphens in labels of which the last begins with a letter. Each request to a proxy names one.
  private static boolean isCanonical(String raw) {
    int length = raw.length();
    if (length == 0 || length > 253) {
      return false;
    }
    int labelStart = 0;
    for (int i = 0; i <= length; i++) {
      char c = i == length ? '.' : raw.charAt(i);
      if (c == '.') {
        int label = i - labelStart;
        if (label == 0 || label > 63 || raw.charAt(labelStart) == '-' || raw.charAt(i - 1) == '-') {
          return false;
        }
        labelStart = i == length ? labelStart : i + 1;
      } else if ((c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '-') {
        return false;
      }
    }
    return raw.charAt(labelStart) >= 'a';
  }

  private static String canonicalHost(String raw) {
    if (isCanonical(raw)) {
      return raw;
    }
    if (raw.startsWith("[")) {
      return canonicalIpv6(raw);
    }
    if (raw.isEmpty()
        || raw.length() > 253
        || raw.chars().anyMatch(c -> c <= ' ' || "/?#@%\\:[]\"<>^`{|}*".indexOf(c) >= 0)) {
      throw refused("the host name is not valid");
    }
    String host = raw.endsWith(".") ? raw.substring(0, raw.length() - 1) : raw;
    try {
      host = IDN.toASCII(host, IDN.USE_STD3_ASCII_RULES).toLowerCase(Locale.ROOT);
    } catch (IllegalArgumentException e) {
      // USE_STD3 refuses '_', which service names in the wild do carry.
      host = host.toLowerCase(Locale.ROOT);
    }
    if (LOOKS_NUMERIC.matcher(host).matches()) {
      if (raw.endsWith(".") || !DECIMAL_IPV4.matcher(host).matches()) {
        throw refused("write an IPv4 address as four decimal numbers");
      }
      return host;
    }
    for (String label : host.split("\\.", -1)) {
      if (!LABEL.matcher(label).matches()) {
        throw refused("the host name is not valid");
      }
    }
    return host;
  }

  private static String canonicalIpv6(String bracketed) {
    if (!bracketed.endsWith("]") || bracketed.indexOf('%') >= 0 || bracketed.indexOf('.') >= 0) {
      throw refused(
          "write an IPv6 address in brackets, without zone and without an embedded IPv4 address");
    }
    try {
      new URI("h://" + bracketed);
      byte[] address =
          java.net.InetAddress.ofLiteral(bracketed.substring(1, bracketed.length() - 1))
              .getAddress();
      if (address.length != 16) {
        throw refused("an IPv4-mapped IPv6 address is ambiguous");
      }
      return "[" + rfc5952(address) + "]";
    } catch (URISyntaxException | IllegalArgumentException e) {
      throw refused("the IPv6 address is not valid");
    }
  }

  private static String rfc5952(byte[] address) {
    int[] groups = new int[8];
    for (int i = 0; i < 8; i++) {
      groups[i] = (address[2 * i] & 0xff) << 8 | (address[2 * i + 1] & 0xff);
    }
    int bestStart = -1;
    int bestLength = 1;
    for (int i = 0; i < 8; i++) {
      int end = i;
      while (end < 8 && groups[end] == 0) {
        end++;
      }
      if (end - i > bestLength) {
        bestStart = i;
        bestLength = end - i;
      }
    }
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < 8; i++) {
      if (i == bestStart) {
        text.append("::");
        i += bestLength - 1;
        continue;
      }
      if (!text.isEmpty() && text.charAt(text.length() - 1) != ':') {
        text.append(':');
      }
      text.append(Integer.toHexString(groups[i]));
    }
    return text.toString();
  }

  private static RefusedException refused(String why) {
    return RefusedException.of(
        ErrorCode.INVALID_BINDING,
        "not a destination: " + why,
        "use a URL such as https://api.github.com");
  }

  /// The authority as a `Host` header carries it: without the scheme's default port.
  public String authority() {
    return port == scheme.defaultPort() ? host : host + ":" + port;
  }

  @Override
  public int compareTo(Destination other) {
    return toString().compareTo(other.toString());
  }

  @Override
  public String toString() {
    return scheme + "://" + authority();
  }
}
