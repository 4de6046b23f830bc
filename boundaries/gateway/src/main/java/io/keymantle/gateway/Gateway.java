package io.keymantle.gateway;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/// A running egress gateway: an HTTPS and HTTP proxy that authenticates agents, puts secret values
/// into their requests and takes them out of replies.
///
/// Guarantees: without a valid agent token no connection goes anywhere; a value is written only to
/// a peer that was verified to be the binding's destination, after the redemption is durable in the
/// ledger; a broker token never leaves the gateway; what is ambiguous is refused.
///
/// Not guaranteed: what an allowed destination does with what it receives.
///
/// Thread-safe.
public final class Gateway implements AutoCloseable {
  private static final int BACKLOG = 1024;
  private static final int MOST_BLOCKING_THREADS = 16;

  private final EventLoopGroup group;
  private final ExecutorService blocking;
  private final List<Channel> listeners;
  private final Optional<Path> socket;

  private Gateway(
      EventLoopGroup group,
      ExecutorService blocking,
      List<Channel> listeners,
      Optional<Path> socket) {
    this.group = group;
    this.blocking = blocking;
    this.listeners = listeners;
    this.socket = socket;
  }

  /// Starts listening; returns when every listener accepts.
  ///
  /// @throws IOException when an address is taken
  /// @throws io.keymantle.domain.RefusedException with `invalid_configuration` when a trust file
  ///   cannot be used
  public static Gateway start(GatewayConfiguration configuration) throws IOException {
    Transport transport = Transport.best(configuration.eventLoops());
    EventLoopGroup group =
        new MultiThreadIoEventLoopGroup(
            configuration.eventLoops(),
            new DefaultThreadFactory("gateway", true),
            transport.handlers());
    ThreadPoolExecutor blocking =
        new ThreadPoolExecutor(
            MOST_BLOCKING_THREADS,
            MOST_BLOCKING_THREADS,
            10,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            new DefaultThreadFactory("gateway-lookup", true));
    blocking.allowCoreThreadTimeOut(true);
    List<Channel> listeners = new ArrayList<>();
    try {
      Engine engine =
          new Engine(
              configuration,
              new SubstitutionPlanner(configuration.redeemer(), configuration.protection()),
              new ReplyFilters(configuration.redeemer(), configuration.limits().bufferedBody()),
              group,
              transport,
              blocking);
      for (InetSocketAddress address : configuration.listen()) {
        listeners.add(bind(engine, group, transport, transport.server(), address, false));
      }
      if (configuration.socket().isPresent()) {
        listeners.add(bindUnix(engine, group, transport, configuration.socket().get()));
      }
      engine.dialer().prepare();
      return new Gateway(group, blocking, List.copyOf(listeners), configuration.socket());
    } catch (IOException | RuntimeException e) {
      stop(group, blocking, listeners);
      throw e;
    }
  }

  private static Channel bindUnix(
      Engine engine, EventLoopGroup group, Transport transport, Path path) throws IOException {
    Files.deleteIfExists(path);
    Channel listener =
        bind(engine, group, transport, transport.unixServer(), transport.unixAddress(path), true);
    Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-------"));
    return listener;
  }

  private static Channel bind(
      Engine engine,
      EventLoopGroup group,
      Transport transport,
      Class<? extends ServerChannel> kind,
      SocketAddress address,
      boolean unix)
      throws IOException {
    ServerBootstrap bootstrap =
        new ServerBootstrap()
            .group(group)
            .channel(kind)
            .option(ChannelOption.SO_BACKLOG, BACKLOG)
            .option(ChannelOption.ALLOCATOR, transport.allocator())
            .childOption(ChannelOption.ALLOCATOR, transport.allocator())
            .childOption(ChannelOption.WRITE_BUFFER_WATER_MARK, Transport.WATER_MARK)
            .childOption(ChannelOption.RECVBUF_ALLOCATOR, Transport.reads())
            .childHandler(
                new ChannelInitializer<Channel>() {
                  @Override
                  protected void initChannel(Channel channel) {
                    accept(engine, channel, unix);
                  }
                });
    if (!unix) {
      bootstrap.childOption(ChannelOption.TCP_NODELAY, true);
    }
    var bound = bootstrap.bind(address).awaitUninterruptibly();
    if (!bound.isSuccess()) {
      throw new IOException("cannot listen on " + address, bound.cause());
    }
    return bound.channel();
  }

  private static void accept(Engine engine, Channel channel, boolean unix) {
    if (!engine.connectionOpened()) {
      Channels.close(channel);
      return;
    }
    channel.closeFuture().addListener(closed -> engine.connectionClosed());
    Loop loop = engine.loop(channel);
    channel
        .pipeline()
        .addLast(new ClientConnection(engine, loop, channel, new ProxyRouter(engine, unix)));
  }

  /// The TCP addresses that are listened on, in the order of the configuration.
  public List<InetSocketAddress> addresses() {
    return listeners.stream()
        .map(Channel::localAddress)
        .filter(InetSocketAddress.class::isInstance)
        .map(InetSocketAddress.class::cast)
        .toList();
  }

  /// Stops listening and cuts every connection.
  @Override
  public void close() {
    stop(group, blocking, listeners);
    try {
      if (socket.isPresent()) {
        Files.deleteIfExists(socket.get());
      }
    } catch (IOException e) {
      System.getLogger(Gateway.class.getName())
          .log(System.Logger.Level.WARNING, "cannot remove the gateway's socket", e);
    }
  }

  private static void stop(
      EventLoopGroup group, ExecutorService blocking, List<Channel> listeners) {
    listeners.forEach(listener -> listener.close().awaitUninterruptibly());
    group.shutdownGracefully(0, 2, TimeUnit.SECONDS).awaitUninterruptibly();
    blocking.shutdownNow();
  }
}
