package io.keymantle.api;

import io.netty.channel.Channel;
import java.net.InetSocketAddress;

/// Whether a `Host` header names the listener itself: a loopback name or address and, on TCP, the
/// port that was connected to. Inside an isolated run the relay has a port of its own.
final class OwnHost {
  private OwnHost() {}

  static boolean matches(Channel channel, String host) {
    int colon = host.lastIndexOf(':');
    boolean hasPort = colon > host.lastIndexOf(']');
    String name = hasPort ? host.substring(0, colon) : host;
    boolean loopback =
        name.equals("127.0.0.1") || name.equalsIgnoreCase("localhost") || name.equals("[::1]");
    if (!loopback) {
      return false;
    }
    if (channel.localAddress() instanceof InetSocketAddress address) {
      return host.substring(colon + 1).equals(Integer.toString(address.getPort()))
          || (!hasPort && address.getPort() == 80);
    }
    return true;
  }
}
