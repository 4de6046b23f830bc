package io.keymantle.server;

import io.keymantle.api.AdminRoutes;
import io.keymantle.api.ApiChannel;
import io.keymantle.domain.HomeDirectory;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerDomainSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerDomainSocketChannel;
import io.netty.channel.unix.DomainSocketAddress;
import io.netty.channel.unix.DomainSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.io.IOException;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;

/// The admin API on the Unix socket of the home: mode 0600, and the peer must be the broker's own
/// user.
final class AdminListener implements AutoCloseable {
  private final EventLoopGroup group;
  private final Path socket;

  private AdminListener(EventLoopGroup group, Path socket) {
    this.group = group;
    this.socket = socket;
  }

  static AdminListener start(HomeDirectory home, AdminRoutes routes) throws IOException {
    ApiChannel api = ApiChannel.forPeople(routes);
    boolean epoll = Epoll.isAvailable();
    EventLoopGroup group =
        new MultiThreadIoEventLoopGroup(
            1,
            new DefaultThreadFactory("admin", true),
            epoll ? EpollIoHandler.newFactory() : NioIoHandler.newFactory());
    Class<? extends ServerChannel> channel =
        epoll ? EpollServerDomainSocketChannel.class : NioServerDomainSocketChannel.class;
    Path socket = home.adminSocket();
    Files.deleteIfExists(socket);
    SocketAddress address =
        epoll ? new DomainSocketAddress(socket.toFile()) : UnixDomainSocketAddress.of(socket);
    int owner = (int) Files.getAttribute(home.run(), "unix:uid");
    ServerBootstrap bootstrap =
        new ServerBootstrap()
            .group(group)
            .channel(channel)
            .childHandler(
                new ChannelInitializer<Channel>() {
                  @Override
                  protected void initChannel(Channel connection) throws IOException {
                    if (isOwner(connection, owner)) {
                      api.addTo(connection.pipeline(), Optional.empty());
                    } else {
                      var _ = connection.close();
                    }
                  }
                });
    try {
      bootstrap.bind(address).syncUninterruptibly();
      Files.setPosixFilePermissions(socket, PosixFilePermissions.fromString("rw-------"));
    } catch (IOException | RuntimeException e) {
      var _ = group.shutdownGracefully();
      throw e;
    }
    return new AdminListener(group, socket);
  }

  /// Root may open any socket file; it is the broker's user that the admin API is for. Where the
  /// platform does not tell, the socket's mode and the home's 0700 stand alone.
  private static boolean isOwner(Channel connection, int owner) throws IOException {
    if (connection instanceof DomainSocketChannel
        && connection instanceof io.netty.channel.epoll.EpollDomainSocketChannel peer) {
      int uid = peer.peerCredentials().uid();
      return uid == owner || uid == 0;
    }
    return true;
  }

  @Override
  public void close() {
    group
        .shutdownGracefully(0, 200, java.util.concurrent.TimeUnit.MILLISECONDS)
        .awaitUninterruptibly(1000);
    try {
      Files.deleteIfExists(socket);
    } catch (IOException e) {
      System.getLogger("io.keymantle.server")
          .log(System.Logger.Level.WARNING, "could not delete " + socket);
    }
  }
}
