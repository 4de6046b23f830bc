package io.keymantle.demo;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.zip.GZIPOutputStream;

/// A service of the self-test on loopback that gives the value it received back, in the shape that
/// the path names. Plain HTTP, so that a user's broker needs to trust no further certificate.
final class EchoService implements AutoCloseable {
  private final HttpServer server;
  private final Map<String, String> shapes;
  private final String value;
  private final AtomicInteger received = new AtomicInteger();

  EchoService(String value, Map<String, String> shapes) throws IOException {
    this.value = value;
    this.shapes = shapes;
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext("/", this::handle);
    server.start();
  }

  String destination() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  /// How many requests arrived with the real value.
  int received() {
    return received.get();
  }

  private void handle(HttpExchange exchange) throws IOException {
    exchange.getRequestBody().readAllBytes();
    if (("Bearer " + value).equals(exchange.getRequestHeaders().getFirst("Authorization"))) {
      received.incrementAndGet();
    }
    String name = exchange.getRequestURI().getPath().substring(1);
    byte[] body = shapes.getOrDefault(name, value).getBytes(StandardCharsets.UTF_8);
    if (name.equals("header")) {
      exchange.getResponseHeaders().set("X-Echo", value);
    } else if (name.equals("gzip")) {
      exchange.getResponseHeaders().set("Content-Encoding", "gzip");
      ByteArrayOutputStream compressed = new ByteArrayOutputStream();
      try (GZIPOutputStream gzip = new GZIPOutputStream(compressed)) {
        gzip.write(body);
      }
      body = compressed.toByteArray();
    } else if (name.equals("events")) {
      exchange.getResponseHeaders().set("Content-Type", "text/event-stream");
      body = ("data: " + value + "\n\n").getBytes(StandardCharsets.UTF_8);
    }
    try (exchange) {
      exchange.sendResponseHeaders(200, body.length);
      exchange.getResponseBody().write(body);
    }
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
