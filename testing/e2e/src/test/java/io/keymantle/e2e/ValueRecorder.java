package io.keymantle.e2e;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;

/// A plain HTTP service on loopback that remembers which value arrived under which path. It keeps
/// the value to itself: nothing of it is in the answer.
final class ValueRecorder implements AutoCloseable {
  private static final byte[] ANSWER = {'o', 'k'};

  private final HttpServer server;
  private final Map<String, String> received = new ConcurrentHashMap<>();

  ValueRecorder() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 1024);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext("/", this::handle);
    server.start();
  }

  String destination() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  /// The value that came with the request for a path, if one came.
  Optional<String> valueAt(String path) {
    return Optional.ofNullable(received.get(path));
  }

  /// What arrived since the last call, by path.
  Map<String, String> drain() {
    Map<String, String> drained = Map.copyOf(received);
    received.keySet().removeAll(drained.keySet());
    return drained;
  }

  private void handle(HttpExchange exchange) throws IOException {
    String authorization = String.valueOf(exchange.getRequestHeaders().getFirst("Authorization"));
    received.put(exchange.getRequestURI().getPath(), authorization.replaceFirst("^Bearer ", ""));
    try (exchange) {
      exchange.sendResponseHeaders(200, ANSWER.length);
      exchange.getResponseBody().write(ANSWER);
    }
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
