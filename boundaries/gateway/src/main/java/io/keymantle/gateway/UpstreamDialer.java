package io.keymantle.gateway;

import io.keymantle.domain.Destination;
import io.keymantle.domain.ErrorCode;
import io.keymantle.domain.RefusedException;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.ConnectTimeoutException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;

/// Opens connections to destinations: looks the name up once, refuses special addresses, dials what
/// was resolved, and hands over only a channel whose peer is verified (docs/design.md §5).
/// Thread-safe.
final class UpstreamDialer {
  private final GatewayConfiguration configuration;
  private final Transport transport;
  private final Executor blocking;
  private final UpstreamTrust trust;
  private final UpstreamTls tls;
  private final Map<String, InetSocketAddress> overrides = new HashMap<>();

  /// Receives the end of a dial, on the loop it was asked from.
  interface Dialled {
    /// The channel is connected and, for `https`, its peer verified. Nothing was written to it.
    void connected(Channel channel);

    void failed(RefusedException why);
  }

  /// Where to connect.
  ///
  /// @param proxied whether the addresses are the upstream proxy's
  private record Route(List<InetSocketAddress> addresses, boolean proxied) {}

  /// @throws RefusedException with `invalid_configuration` when a file with trusted authorities
  ///   cannot be used
  UpstreamDialer(GatewayConfiguration configuration, Transport transport, Executor blocking) {
    this.configuration = configuration;
    this.transport = transport;
    this.blocking = blocking;
    this.trust = new UpstreamTrust(configuration);
    this.tls = new UpstreamTls(trust, configuration);
    for (HostOverride override : configuration.overrides()) {
      overrides.put(override.host() + ":" + override.port(), override.address());
    }
  }

  /// Loads, off this thread, what the first connections need: whom to trust, and the JDK's resolver
  /// of names, for which it searches every jar.
  void prepare() {
    blocking.execute(() -> {
      trust.load();
      try {
        var _ = InetAddress.getAllByName("localhost");
      } catch (UnknownHostException e) {
        // What counts is that the resolver is there.
      }
    });
  }

  /// @param named ranges of special addresses that this agent may reach under this name
  /// @param secure whether to speak TLS; false for plain HTTP and for tunnels
  void dial(
      Loop loop, Destination destination, List<String> named, boolean secure, Dialled callback) {
    InetSocketAddress override = overrides.get(destination.host() + ":" + destination.port());
    if (override != null) {
      connect(loop, destination, new Route(List.of(override), false), 0, secure, callback);
      return;
    }
    blocking.execute(() -> {
      try {
        Route route = route(destination, named);
        loop.run(() -> connect(loop, destination, route, 0, secure, callback));
      } catch (RefusedException e) {
        loop.run(() -> callback.failed(e));
      }
    });
  }

  private Route route(Destination destination, List<String> named) {
    String host = destination.host();
    boolean literal = isLiteral(host);
    var proxy = configuration.proxy().filter(candidate -> !candidate.isDirect(host));
    if (proxy.isPresent()) {
      if (literal) {
        permitted(destination, List.of(InetAddress.ofLiteral(bare(host))), named);
      }
      return new Route(
          addresses(lookUp(destination, proxy.get().host()), proxy.get().port()), true);
    }
    List<InetAddress> found =
        literal ? List.of(InetAddress.ofLiteral(bare(host))) : lookUp(destination, host);
    return new Route(addresses(permitted(destination, found, named), destination.port()), false);
  }

  private List<InetAddress> lookUp(Destination destination, String host) {
    try {
      return configuration.resolver().resolve(host);
    } catch (UnknownHostException e) {
      throw Refusals.unreachable(destination.toString(), "the name does not resolve");
    }
  }

  /// What a gateway without [Guard#LOOKUP] does for a refused host.
  void lookUpUnguarded(String host) {
    blocking.execute(() -> {
      try {
        configuration.resolver().resolve(host);
      } catch (UnknownHostException e) {
        throw new java.io.UncheckedIOException(e);
      }
    });
  }

  private List<InetAddress> permitted(
      Destination destination, List<InetAddress> found, List<String> named) {
    List<InetAddress> allowed = new ArrayList<>();
    for (InetAddress address : found) {
      if (!configuration.protection().has(Guard.ADDRESS) || AddressPolicy.allows(address, named)) {
        allowed.add(address);
      }
    }
    if (allowed.isEmpty()) {
      throw RefusedException.of(
          ErrorCode.ADDRESS_NOT_ALLOWED,
          destination
              + " is at a loopback, private or otherwise special address that no binding"
              + " names",
          "name the range in the binding's addresses, or start with: keymantle up --resolve "
              + destination.host()
              + ":"
              + destination.port()
              + ":ADDRESS");
    }
    return allowed;
  }

  private static List<InetSocketAddress> addresses(List<InetAddress> hosts, int port) {
    return hosts.stream().map(host -> new InetSocketAddress(host, port)).toList();
  }

  static boolean isLiteral(String host) {
    char last = host.charAt(host.length() - 1);
    return last == ']' || (last >= '0' && last <= '9' && host.matches("[0-9.]+"));
  }

  /// The host without the brackets of an IPv6 address.
  static String bare(String host) {
    return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
  }

  private void connect(
      Loop loop,
      Destination destination,
      Route route,
      int attempt,
      boolean secure,
      Dialled callback) {
    ChannelFuture connecting =
        new Bootstrap()
            .group(loop.executor())
            .channel(transport.client())
            .option(ChannelOption.ALLOCATOR, transport.allocator())
            .option(ChannelOption.TCP_NODELAY, true)
            .option(ChannelOption.AUTO_READ, false)
            .option(ChannelOption.WRITE_BUFFER_WATER_MARK, Transport.WATER_MARK)
            .option(ChannelOption.RECVBUF_ALLOCATOR, Transport.reads())
            .option(
                ChannelOption.CONNECT_TIMEOUT_MILLIS,
                (int) Math.min(configuration.limits().handshake().toMillis(), Integer.MAX_VALUE))
            .handler(new Opening())
            .connect(route.addresses.get(attempt));
    connecting.addListener(
        (ChannelFutureListener)
            future -> {
              if (future.isSuccess()) {
                opened(future.channel(), destination, route, secure, callback);
              } else if (attempt + 1 < route.addresses.size()) {
                connect(loop, destination, route, attempt + 1, secure, callback);
              } else {
                callback.failed(unreachable(destination, future.cause()));
              }
            });
  }

  /// Closes a channel that breaks before anybody has taken it; its future tells who waits for it.
  private static final class Opening extends ChannelInboundHandlerAdapter {
    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
      if (ctx.pipeline().last() instanceof Opening) {
        Channels.close(ctx);
      } else {
        ctx.fireExceptionCaught(cause);
      }
    }
  }

  private void opened(
      Channel channel, Destination destination, Route route, boolean secure, Dialled callback) {
    Dialled next =
        secure
            ? new Dialled() {
              @Override
              public void connected(Channel open) {
                tls.handshake(open, destination, callback);
              }

              @Override
              public void failed(RefusedException why) {
                callback.failed(why);
              }
            }
            : callback;
    if (route.proxied) {
      configuration
          .proxy()
          .ifPresent(proxy ->
              channel
                  .pipeline()
                  .addLast(
                      new UpstreamProxyHandler(proxy, destination, configuration.limits(), next)));
    } else {
      next.connected(channel);
    }
  }

  private static RefusedException unreachable(Destination destination, Throwable cause) {
    if (cause instanceof ConnectTimeoutException) {
      return RefusedException.of(
          ErrorCode.UPSTREAM_TIMEOUT,
          destination + " did not accept the connection in time",
          "check the name and that the service is up");
    }
    return Refusals.unreachable(destination.toString(), "the connection was not accepted");
  }
}
