package io.keymantle.gateway;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// The proxy through which the gateway itself reaches the outside: every upstream connection is a
/// CONNECT through it. Names are then resolved by that proxy, so the gateway cannot judge what they
/// resolve to; TLS verification of the destination holds as without.
///
/// @param host name or address
/// @param authorization value of `Proxy-Authorization` for it
/// @param direct hosts that are reached without it: names, `.suffix`, or `*`
public record UpstreamProxy(
    String host, int port, Optional<String> authorization, List<String> direct) {
  public UpstreamProxy {
    direct = List.copyOf(direct);
  }

  /// Reads `http://[user:password@]host:port` and a `NO_PROXY` list.
  ///
  /// @throws IllegalArgumentException when the text is no such URL
  public static UpstreamProxy parse(String url, String noProxy) {
    URI uri = URI.create(url.contains("://") ? url : "http://" + url);
    String host = uri.getHost();
    if (host == null || !"http".equalsIgnoreCase(uri.getScheme())) {
      throw new IllegalArgumentException("an upstream proxy is http://host:port");
    }
    Optional<String> authorization =
        Optional.ofNullable(uri.getUserInfo())
            .map(user ->
                "Basic "
                    + Base64.getEncoder().encodeToString(user.getBytes(StandardCharsets.UTF_8)));
    List<String> direct =
        List.of(noProxy.toLowerCase(Locale.ROOT).split(",")).stream()
            .map(String::strip)
            .filter(entry -> !entry.isEmpty())
            .toList();
    return new UpstreamProxy(host, uri.getPort() < 0 ? 80 : uri.getPort(), authorization, direct);
  }

  /// Whether a host is reached without the proxy.
  boolean isDirect(String host) {
    for (String entry : direct) {
      String suffix = entry.startsWith("*.") ? entry.substring(1) : entry;
      if (entry.equals("*")
          || host.equals(entry)
          || host.endsWith(suffix.startsWith(".") ? suffix : "." + suffix)) {
        return true;
      }
    }
    return false;
  }

  /// Hides the credentials.
  @Override
  public String toString() {
    return "http://" + host + ":" + port;
  }
}
