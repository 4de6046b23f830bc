package io.keymantle.source.onepassword;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import io.keymantle.certificates.TestCertificate;
import io.keymantle.testkit.SourceContract.Trouble;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;

/// A fake of a 1Password Connect server over TLS: no line of Connect is in it. It answers as the
/// published API document says (https://developer.1password.com/docs/connect/api-reference/,
/// OpenAPI 1.5.7). What it knows is in [FakeVaults].
final class FakeConnect implements AutoCloseable {
  static final String TOKEN = "canary-token";

  final FakeVaults vaults = new FakeVaults();
  final TestCertificate certificate = new TestCertificate();

  /// What was asked for.
  final List<String> calls = new CopyOnWriteArrayList<>();

  private final TestCertificate another = new TestCertificate();
  private final CountDownLatch end = new CountDownLatch(1);
  private final int port;
  private HttpServer server;
  private volatile Optional<Trouble> trouble = Optional.empty();
  private volatile boolean hasAnother;

  FakeConnect() throws IOException {
    this.server = start(0, certificate);
    this.port = server.getAddress().getPort();
  }

  private HttpServer start(int where, TestCertificate its) throws IOException {
    HttpsServer made =
        HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), where), 0);
    made.setHttpsConfigurator(new HttpsConfigurator(its.server(its)));
    made.createContext("/", this::answer);
    made.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    made.start();
    return made;
  }

  String address() {
    return "https://127.0.0.1:" + port;
  }

  void suffer(Trouble its) throws IOException {
    trouble = Optional.of(its);
    if (its == Trouble.IS_DOWN) {
      server.stop(0);
    }
    if (its == Trouble.HAS_ANOTHER_CERTIFICATE) {
      server.stop(0);
      server = start(port, another);
      hasAnother = true;
    }
  }

  void recover() throws IOException {
    boolean again = hasAnother || trouble.equals(Optional.of(Trouble.IS_DOWN));
    trouble = Optional.empty();
    if (again) {
      server.stop(0);
      server = start(port, certificate);
      hasAnother = false;
    }
  }

  private void answer(HttpExchange exchange) throws IOException {
    String path = exchange.getRequestURI().getRawPath();
    String query = Optional.ofNullable(exchange.getRequestURI().getQuery()).orElse("");
    calls.add(exchange.getRequestURI().toString());
    switch (trouble.orElse(Trouble.IS_DOWN)) {
      case FORBIDS -> send(exchange, FakeVaults.error(403, "canary-value is not permitted"));
      case LOGIN_EXPIRED -> send(exchange, FakeVaults.error(401, "Invalid token canary-value"));
      case THROTTLES -> send(exchange, FakeVaults.error(429, "canary-value"));
      case FAILS -> send(exchange, FakeVaults.error(500, "canary-value"));
      case HANGS -> await();
      case ANSWERS_HTML ->
          send(exchange, new FakeVaults.Answer(200, "<p>canary-value</p>".getBytes(UTF_8)));
      case ANSWERS_HALF -> {
        byte[] whole = vaults.answer(path, query).body();
        send(
            exchange, new FakeVaults.Answer(200, java.util.Arrays.copyOf(whole, whole.length / 2)));
      }
      case REDIRECTS -> {
        exchange.getResponseHeaders().set("location", "https://elsewhere.example" + path);
        send(exchange, new FakeVaults.Answer(302, new byte[0]));
      }
      case IS_DOWN, HAS_ANOTHER_CERTIFICATE ->
          send(
              exchange,
              ("Bearer " + TOKEN).equals(exchange.getRequestHeaders().getFirst("authorization"))
                  ? vaults.answer(path, query)
                  : FakeVaults.error(401, "Invalid token signature"));
    }
  }

  private void await() {
    try {
      end.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void send(HttpExchange exchange, FakeVaults.Answer answer) throws IOException {
    exchange.getResponseHeaders().set("content-type", "application/json");
    exchange.sendResponseHeaders(
        answer.status(), answer.body().length == 0 ? -1 : answer.body().length);
    exchange.getResponseBody().write(answer.body());
    exchange.close();
  }

  @Override
  public void close() {
    end.countDown();
    server.stop(0);
  }
}
