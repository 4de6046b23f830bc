package io.keymantle.e2e;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/// A fake: as much of Vault's KV version 2 as reading and listing one secret takes, by its API
/// documents (developer.hashicorp.com/vault/api-docs/secret/kv/kv-v2), which does wrong what it is
/// told to.
final class UnrulyVault implements AutoCloseable {
  /// What it answers a read with.
  interface Mood {
    void answer(HttpExchange exchange, int read) throws IOException;
  }

  private final HttpServer server;
  private final AtomicInteger reads = new AtomicInteger();
  private final AtomicInteger version = new AtomicInteger(1);
  private final CountDownLatch end = new CountDownLatch(1);
  private volatile long lastReadAt;
  private volatile String value;
  private volatile Mood mood = (exchange, _) -> fine(exchange);

  private UnrulyVault(HttpServer server, String value) {
    this.server = server;
    this.value = value;
  }

  static UnrulyVault start(String value) throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    UnrulyVault vault = new UnrulyVault(server, value);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext("/v1/sys/internal/ui/mounts/", UnrulyVault::mount);
    answer(
        server,
        "/v1/sys/internal/ui/mounts",
        "{\"data\":{\"secret\":{\"secret/\":{\"type\":\"kv\",\"options\":{\"version\":\"2\"}}}}}");
    answer(server, "/v1/secret/metadata", "{\"data\":{\"keys\":[\"app\"]}}");
    answer(server, "/v1/auth/token/lookup-self", "{\"data\":{\"ttl\":3600,\"renewable\":true}}");
    server.createContext(
        "/v1/secret/data/app",
        exchange -> {
          vault.lastReadAt = System.nanoTime();
          vault.mood.answer(exchange, vault.reads.incrementAndGet());
        });
    server.start();
    return vault;
  }

  String address() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  int reads() {
    return reads.get();
  }

  /// By [System#nanoTime].
  long lastReadAt() {
    return lastReadAt;
  }

  /// From now on, and for good.
  void be(Mood next) {
    mood = next;
  }

  void beFine() {
    mood = (exchange, _) -> fine(exchange);
  }

  /// A new version of the secret.
  void put(String next) {
    value = next;
    version.incrementAndGet();
  }

  /// Answers nothing until this is closed.
  void hang(HttpExchange exchange) {
    try {
      end.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    exchange.close();
  }

  static void refuse(HttpExchange exchange, int status, String type, String body)
      throws IOException {
    exchange.getResponseHeaders().set("Content-Type", type);
    send(exchange, status, body);
  }

  void fine(HttpExchange exchange) throws IOException {
    send(
        exchange,
        200,
        "{\"data\":{\"data\":{\"token\":\"%s\"},\"metadata\":{\"version\":%d}}}"
            .formatted(value, version.get()));
  }

  private static void answer(HttpServer server, String path, String body) {
    server.createContext(path, exchange -> send(exchange, 200, body));
  }

  private static void mount(HttpExchange exchange) throws IOException {
    send(
        exchange,
        200,
        "{\"data\":{\"path\":\"secret/\",\"type\":\"kv\",\"options\":{\"version\":\"2\"}}}");
  }

  private static void send(HttpExchange exchange, int status, String body) throws IOException {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    try (exchange) {
      exchange.sendResponseHeaders(status, bytes.length);
      exchange.getResponseBody().write(bytes);
    }
  }

  @Override
  public void close() {
    end.countDown();
    server.stop(0);
  }
}
