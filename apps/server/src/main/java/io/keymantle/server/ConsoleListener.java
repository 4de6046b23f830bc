package io.keymantle.server;

import io.keymantle.api.ApiChannel;
import io.keymantle.api.ConsoleOrigin;
import io.keymantle.api.ConsoleRoutes;
import io.keymantle.domain.ErrorCode;
import io.keymantle.domain.HomeDirectory;
import io.keymantle.domain.RefusedException;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelException;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;

/// The web console on one port of 127.0.0.1 and, where there is one, [::1]: browsers take either
/// for `localhost`, and nobody else is to have the other.
final class ConsoleListener implements AutoCloseable {
  private static final InetAddress IPV4 = InetAddress.ofLiteral("127.0.0.1");
  private static final InetAddress IPV6 = InetAddress.ofLiteral("::1");

  private final EventLoopGroup group;
  private final ServerBootstrap bootstrap;
  private int port;

  private ConsoleListener(ApiChannel api) {
    boolean epoll = Epoll.isAvailable();
    Class<? extends ServerChannel> channel =
        epoll ? EpollServerSocketChannel.class : NioServerSocketChannel.class;
    group =
        new MultiThreadIoEventLoopGroup(
            1,
            new DefaultThreadFactory("console", true),
            epoll ? EpollIoHandler.newFactory() : NioIoHandler.newFactory());
    bootstrap =
        new ServerBootstrap()
            .group(group)
            .channel(channel)
            .childHandler(
                new ChannelInitializer<Channel>() {
                  @Override
                  protected void initChannel(Channel connection) {
                    api.addTo(connection.pipeline(), Optional.empty());
                  }
                });
  }

  /// @throws RefusedException when the port that was asked for is taken
  /// @throws IOException when the port cannot be remembered
  static ConsoleListener start(HomeDirectory home, OptionalInt wanted, ConsoleRoutes routes)
      throws IOException {
    ConsoleListener listener = new ConsoleListener(ApiChannel.forConsole(routes));
    try {
      RememberedPort remembered = RememberedPort.ofConsole(home);
      int before = wanted.orElseGet(remembered::port);
      boolean bound = listener.bind(before) || (wanted.isEmpty() && listener.bind(0));
      if (!bound) {
        throw RefusedException.of(
            ErrorCode.INVALID_CONFIGURATION,
            "the console cannot listen on port " + before + ": another program may hold it",
            "keymantle up --console-port 0");
      }
      remembered.remember(listener.port);
      return listener;
    } catch (IOException | RuntimeException e) {
      listener.close();
      throw e;
    }
  }

  private boolean bind(int wanted) {
    Optional<Channel> first = bind(IPV4, wanted);
    if (first.isEmpty()) {
      return false;
    }
    port = ((InetSocketAddress) first.get().localAddress()).getPort();
    if (bind(IPV6, port).isEmpty() && hasIpv6()) {
      first.get().close().awaitUninterruptibly();
      return false;
    }
    return true;
  }

  /// Whether this machine has an IPv6 loopback at all.
  private boolean hasIpv6() {
    Optional<Channel> any = bind(IPV6, 0);
    any.ifPresent(channel -> channel.close().awaitUninterruptibly());
    return any.isPresent();
  }

  private Optional<Channel> bind(InetAddress address, int wanted) {
    try {
      return Optional.of(bootstrap.bind(address, wanted).syncUninterruptibly().channel());
    } catch (ChannelException e) {
      return Optional.empty();
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      // Netty throws what the system answered, unchecked by the compiler.
      return Optional.empty();
    }
  }

  URI url() {
    return ConsoleOrigin.local(new InetSocketAddress(IPV4, port));
  }

  @Override
  public void close() {
    group.shutdownGracefully(0, 200, TimeUnit.MILLISECONDS).awaitUninterruptibly(1000);
  }
}
