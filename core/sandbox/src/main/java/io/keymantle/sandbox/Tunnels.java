package io.keymantle.sandbox;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/// Carries connections on a port of the sandbox's own loopback to the gateway's Unix socket, each
/// introduced by the agent's preamble. One virtual thread per direction.
final class Tunnels {
  private static final int PIECE = 32 * 1024;
  private static final int BACKLOG = 1024;
  private static final byte[] BROKER_GONE = answer();

  private final ServerSocketChannel listener;
  private final UnixDomainSocketAddress gateway;
  private final byte[] preamble;

  private Tunnels(ServerSocketChannel listener, Path gateway, String token) {
    this.listener = listener;
    this.gateway = UnixDomainSocketAddress.of(gateway);
    this.preamble = ("KEYMANTLE/1 " + token + "\n").getBytes(StandardCharsets.US_ASCII);
  }

  /// Listens; nothing is accepted before [#serve].
  static Tunnels listen(int port, Path gateway, String token) throws IOException {
    ServerSocketChannel listener = ServerSocketChannel.open(StandardProtocolFamily.INET);
    listener.bind(
        new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), port), BACKLOG);
    return new Tunnels(listener, gateway, token);
  }

  /// The port that is listened on.
  int port() throws IOException {
    return ((InetSocketAddress) listener.getLocalAddress()).getPort();
  }

  /// Accepts until the listener is closed.
  void serve() {
    while (listener.isOpen()) {
      try {
        SocketChannel client = listener.accept();
        Thread.ofVirtual().start(() -> carry(client));
      } catch (IOException failure) {
        // Out of descriptors, or a client that gave up: others are still served.
        LockSupport.parkNanos(Duration.ofMillis(1).toNanos());
      }
    }
  }

  void close() throws IOException {
    listener.close();
  }

  private void carry(SocketChannel client) {
    try (client;
        SocketChannel upstream = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      client.setOption(StandardSocketOptions.TCP_NODELAY, true);
      if (!connect(upstream)) {
        writeAll(client, ByteBuffer.wrap(BROKER_GONE));
        client.shutdownOutput();
        // Closing with unread input would reset the connection before the answer is read.
        ByteBuffer unread = ByteBuffer.allocate(PIECE);
        while (client.read(unread) >= 0) {
          unread.clear();
        }
        return;
      }
      Thread back = Thread.ofVirtual().start(() -> pump(upstream, client));
      pump(client, upstream);
      back.join();
    } catch (IOException broken) {
      // The client went away: nobody is left to tell.
    } catch (InterruptedException ending) {
      Thread.currentThread().interrupt();
    }
  }

  private boolean connect(SocketChannel upstream) {
    try {
      upstream.connect(gateway);
      writeAll(upstream, ByteBuffer.wrap(preamble));
      return true;
    } catch (IOException gone) {
      return false;
    }
  }

  /// What a client of the proxy is told when there is no broker to ask.
  private static byte[] answer() {
    String body =
        "{\"code\":\"broker_unreachable\",\"message\":\"the broker does not run any"
            + " more\",\"fix\":\"start it with: keymantle up; this run then goes"
            + " on\",\"status\":503}\n";
    return ("HTTP/1.1 503 Service Unavailable\r\nContent-Type: application/problem+json\r\n"
            + "Connection: close\r\nContent-Length: "
            + body.length()
            + "\r\n\r\n"
            + body)
        .getBytes(StandardCharsets.US_ASCII);
  }

  /// Copies until the end of the stream, and passes that end on; a broken connection ends both
  /// directions.
  private static void pump(SocketChannel from, SocketChannel to) {
    try {
      ByteBuffer piece = ByteBuffer.allocateDirect(PIECE);
      while (from.read(piece) >= 0) {
        writeAll(to, piece.flip());
        piece.clear();
      }
      to.shutdownOutput();
    } catch (IOException broken) {
      closeQuietly(from);
      closeQuietly(to);
    }
  }

  private static void writeAll(SocketChannel to, ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      to.write(bytes);
    }
  }

  private static void closeQuietly(SocketChannel channel) {
    try {
      channel.close();
    } catch (IOException alreadyBroken) {
      // Nothing is left to close.
    }
  }
}
