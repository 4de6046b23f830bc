package io.keymantle.testkit;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import io.keymantle.testkit.SourceContract.Trouble;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;

/// A server on this machine that a fake of a provider's API is made of: it has TLS or none, works
/// or is in trouble, and comes back at the same port.
public final class FakeProvider implements AutoCloseable {
  /// What it serves.
  public interface Api {
    /// Whether a trouble is one of this request: the provider's, not of its logins.
    boolean suffers(HttpExchange exchange);

    /// Answers as the provider's documents say.
    void answer(HttpExchange exchange, byte[] body) throws IOException, GeneralSecurityException;

    /// Refuses in the form of the provider's API.
    ///
    /// @param its one that is answered
    void refuse(HttpExchange exchange, Trouble its) throws IOException;
  }

  private final Api api;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final CountDownLatch closed = new CountDownLatch(1);
  private final Optional<SSLContext> tls;
  private volatile Optional<Trouble> trouble = Optional.empty();
  private HttpServer server;

  public FakeProvider(Api api, Optional<SSLContext> tls) {
    this.api = api;
    this.tls = tls;
    this.server = start(0, tls);
  }

  private HttpServer start(int port, Optional<SSLContext> secured) {
    try {
      InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
      HttpServer made;
      if (secured.isPresent()) {
        HttpsServer secure = HttpsServer.create(address, 0);
        secure.setHttpsConfigurator(new HttpsConfigurator(secured.get()));
        made = secure;
      } else {
        made = HttpServer.create(address, 0);
      }
      made.setExecutor(threads);
      made.createContext("/", this::serve);
      made.start();
      return made;
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  public URI address() {
    String scheme = server instanceof HttpsServer ? "https" : "http";
    return URI.create(scheme + "://127.0.0.1:" + server.getAddress().getPort());
  }

  public void suffer(Trouble its) {
    trouble = Optional.of(its);
    if (its == Trouble.IS_DOWN) {
      server.stop(0);
    }
  }

  /// Comes back at the same port with another certificate.
  public void restart(SSLContext another) {
    int port = server.getAddress().getPort();
    server.stop(0);
    server = start(port, Optional.of(another));
  }

  /// Works again.
  public void recover() {
    Optional<Trouble> before = trouble;
    trouble = Optional.empty();
    if (before.equals(Optional.of(Trouble.IS_DOWN))
        || before.equals(Optional.of(Trouble.HAS_ANOTHER_CERTIFICATE))) {
      int port = server.getAddress().getPort();
      server.stop(0);
      server = start(port, tls);
    }
  }

  private void serve(HttpExchange exchange) throws IOException {
    try (exchange) {
      byte[] body = exchange.getRequestBody().readAllBytes();
      if (trouble.isPresent() && api.suffers(exchange)) {
        answerTrouble(exchange, trouble.get());
      } else {
        api.answer(exchange, body);
      }
    } catch (GeneralSecurityException e) {
      throw new IOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void answerTrouble(HttpExchange exchange, Trouble its)
      throws IOException, InterruptedException {
    switch (its) {
      case FORBIDS, LOGIN_EXPIRED, THROTTLES, FAILS -> api.refuse(exchange, its);
      case ANSWERS_HTML -> send(exchange, 200, "<html><body>canary</body></html>");
      case ANSWERS_HALF -> send(exchange, 200, "{\"value\":\"canary-value");
      case REDIRECTS -> {
        exchange.getResponseHeaders().set("location", "http://127.0.0.1:1/");
        send(exchange, 302, "");
      }
      case HANGS -> closed.await(1, TimeUnit.MINUTES);
      case IS_DOWN, HAS_ANOTHER_CERTIFICATE -> throw new IOException("never comes so far");
    }
  }

  public static void send(HttpExchange exchange, int status, String body) throws IOException {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
    exchange.getResponseBody().write(bytes);
  }

  @Override
  public void close() {
    closed.countDown();
    server.stop(0);
    threads.shutdownNow();
  }
}
