package io.keymantle.gateway;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLContext;

/// A server on a loopback port that keeps what it receives and answers as the test says.
final class TestUpstream implements AutoCloseable {
  /// Reads one connection and answers on it, as bytes.
  interface Script {
    void serve(Wire in, OutputStream out) throws IOException;
  }

  private final ServerSocket server;
  private final StringBuffer received = new StringBuffer();
  private final List<Socket> open = new CopyOnWriteArrayList<>();
  private final AtomicInteger accepted = new AtomicInteger();
  private final ConcurrentLinkedQueue<String> heads = new ConcurrentLinkedQueue<>();

  private TestUpstream(ServerSocket server, Script script) {
    this.server = server;
    Thread.ofVirtual().start(() -> accept(script));
  }

  static TestUpstream plain(Script script) throws IOException {
    return new TestUpstream(new ServerSocket(0, 64, InetAddress.ofLiteral("127.0.0.1")), script);
  }

  static TestUpstream tls(SSLContext context, Script script) throws IOException {
    return new TestUpstream(
        context
            .getServerSocketFactory()
            .createServerSocket(0, 64, InetAddress.ofLiteral("127.0.0.1")),
        script);
  }

  /// Answers every request with 200 and this text.
  static Script answering(String body) {
    return replying("HTTP/1.1 200 OK\r\nContent-Length: " + body.length() + "\r\n\r\n" + body);
  }

  /// Answers every request with these bytes.
  static Script replying(String reply) {
    return (in, out) -> {
      while (in.request() != null) {
        out.write(reply.getBytes(StandardCharsets.ISO_8859_1));
        out.flush();
      }
    };
  }

  private void accept(Script script) {
    while (!server.isClosed()) {
      try {
        Socket socket = server.accept();
        accepted.incrementAndGet();
        open.add(socket);
        Thread.ofVirtual().start(() -> serve(script, socket));
      } catch (IOException e) {
        return;
      }
    }
  }

  private void serve(Script script, Socket socket) {
    try (socket) {
      InputStream in = socket.getInputStream();
      script.serve(new Wire(new Recording(in, received), heads), socket.getOutputStream());
    } catch (IOException e) {
      received.append("<broken>");
    } finally {
      open.remove(socket);
    }
  }

  int port() {
    return server.getLocalPort();
  }

  int connections() {
    return accepted.get();
  }

  /// Connections that are not closed yet.
  int open() {
    return open.size();
  }

  /// Everything that any connection has received so far.
  String received() {
    return received.toString();
  }

  List<String> heads() {
    return List.copyOf(heads);
  }

  @Override
  public void close() throws IOException {
    server.close();
    for (Socket socket : open) {
      socket.close();
    }
  }

  /// Keeps a copy of what is read.
  private static final class Recording extends InputStream {
    private final InputStream in;
    private final StringBuffer copy;

    Recording(InputStream in, StringBuffer copy) {
      this.in = in;
      this.copy = copy;
    }

    @Override
    public int read() throws IOException {
      int b = in.read();
      if (b >= 0) {
        copy.append((char) b);
      }
      return b;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      int n = in.read(bytes, offset, length);
      if (n > 0) {
        copy.append(new String(bytes, offset, n, StandardCharsets.ISO_8859_1));
      }
      return n;
    }
  }
}
