package io.keymantle.gateway;

import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.RecvByteBufAllocator;
import io.netty.channel.ServerChannel;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerDomainSocketChannel;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerDomainSocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.channel.unix.DomainSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Path;

/// The socket layer: epoll where its native library loads, else the JDK's.
///
/// @param allocator buffers from few, small arenas: the resident size of a whole server stays under
///   128 MiB with 256 TLS connections
record Transport(
    boolean epoll,
    IoHandlerFactory handlers,
    Class<? extends ServerChannel> server,
    Class<? extends ServerChannel> unixServer,
    Class<? extends Channel> client,
    PooledByteBufAllocator allocator) {
  private static final int PAGE = 8192;

  /// 512 KiB chunks of 8 KiB pages.
  private static final int ORDER = 6;

  /// Reads grow to this on bulk transfers: fewer system calls, and one chunk per read.
  private static final int LARGEST_READ = 128 * 1024;

  /// What may wait to be written before the other side is no longer read.
  static final WriteBufferWaterMark WATER_MARK = new WriteBufferWaterMark(128 * 1024, 512 * 1024);

  /// One instance per channel keeps its own guess of the next read's size.
  static RecvByteBufAllocator reads() {
    return new AdaptiveRecvByteBufAllocator(512, 4096, LARGEST_READ);
  }

  /// Whether the platform has the native transport.
  static boolean isNative() {
    return Epoll.isAvailable();
  }

  static Transport best(int arenas) {
    PooledByteBufAllocator allocator =
        new PooledByteBufAllocator(true, 1, arenas, PAGE, ORDER, 128, 8, false, 0);
    return isNative()
        ? new Transport(
            true,
            EpollIoHandler.newFactory(),
            EpollServerSocketChannel.class,
            EpollServerDomainSocketChannel.class,
            EpollSocketChannel.class,
            allocator)
        : new Transport(
            false,
            NioIoHandler.newFactory(),
            NioServerSocketChannel.class,
            NioServerDomainSocketChannel.class,
            NioSocketChannel.class,
            allocator);
  }

  SocketAddress unixAddress(Path path) {
    return epoll ? new DomainSocketAddress(path.toFile()) : UnixDomainSocketAddress.of(path);
  }
}
