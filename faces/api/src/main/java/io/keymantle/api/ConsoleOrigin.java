package io.keymantle.api;

import io.netty.channel.Channel;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.Optional;

/// Where the console is, as browsers name it: `http://localhost:PORT`, which is what passkeys are
/// bound to, and beside it the name that a TLS proxy in front gives it.
///
/// @param proxy such as `https://keys.example.com`
public record ConsoleOrigin(Optional<URI> proxy) {
  /// Whether a `Host` header names the console. Its addresses are let through, to be led to its
  /// name.
  boolean isOwnHost(Channel channel, String host) {
    return isProxy(host) || OwnHost.matches(channel, host);
  }

  /// Whether the host is a name that the console is served under.
  boolean isName(String host) {
    return isProxy(host) || host.startsWith("localhost:");
  }

  /// The origin of pages under this host, which was found to be the console's name.
  String of(String host) {
    return isProxy(host) ? proxy.orElseThrow().toString() : "http://" + host;
  }

  private boolean isProxy(String host) {
    return proxy.filter(url -> url.getRawAuthority().equals(host)).isPresent();
  }

  /// The console's URL on a port of this machine.
  public static URI local(InetSocketAddress address) {
    return URI.create("http://localhost:" + address.getPort());
  }
}
