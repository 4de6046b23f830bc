package io.keymantle.source.vault;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsExchange;
import com.sun.net.httpserver.HttpsParameters;
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
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLPeerUnverifiedException;

/// A fake of Vault over TLS: no line of Vault is in it. Answers are worded as HashiCorp's API
/// documents say (https://developer.hashicorp.com/vault/api-docs, pages secret/kv, secret/transit,
/// secret/pki, secret/databases, auth/*, system/internal-ui-mounts), and errors as a real Vault 1.8
/// and its clients were once seen to exchange. What it knows is in [FakeVaultState].
final class FakeVault implements AutoCloseable {
  /// One request that came in.
  record Call(String method, String path, String token, String namespace, String body) {}

  final FakeVaultState state;
  final TestCertificate certificate = new TestCertificate();
  final TestCertificate client = new TestCertificate();
  final List<Call> calls = new CopyOnWriteArrayList<>();

  private final TestCertificate another = new TestCertificate();
  private final CountDownLatch end = new CountDownLatch(1);
  private final int port;
  private HttpServer server;
  private volatile Optional<Trouble> trouble = Optional.empty();
  private volatile boolean hasAnother;

  FakeVault(FakeVaultState state) throws IOException {
    this.state = state;
    this.server = start(0, certificate);
    this.port = server.getAddress().getPort();
  }

  private HttpServer start(int where, TestCertificate its) throws IOException {
    HttpsServer made =
        HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), where), 0);
    made.setHttpsConfigurator(
        new HttpsConfigurator(its.server(client)) {
          @Override
          public void configure(HttpsParameters parameters) {
            SSLParameters tls = getSSLContext().getDefaultSSLParameters();
            tls.setWantClientAuth(true);
            parameters.setSSLParameters(tls);
          }
        });
    made.createContext("/", this::answer);
    made.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    made.start();
    return made;
  }

  String address() {
    return "https://127.0.0.1:" + port;
  }

  long count(String method, String path) {
    return calls.stream()
        .filter(call -> call.method().equals(method) && call.path().equals(path))
        .count();
  }

  void suffer(Trouble its) throws IOException {
    trouble = Optional.of(its);
    switch (its) {
      case IS_DOWN -> server.stop(0);
      case HAS_ANOTHER_CERTIFICATE -> {
        server.stop(0);
        server = start(port, another);
        hasAnother = true;
      }
      case LOGIN_EXPIRED -> state.endTokens();
      default -> {
        // Said with each answer.
      }
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
    String path = exchange.getRequestURI().getRawPath().substring("/v1/".length());
    String token = header(exchange, "x-vault-token");
    String body = new String(exchange.getRequestBody().readAllBytes(), UTF_8);
    Call call =
        new Call(
            exchange.getRequestMethod(), path, token, header(exchange, "x-vault-namespace"), body);
    calls.add(call);
    if (!exchange.getRequestHeaders().getFirst("x-vault-request").equals("true")) {
      send(exchange, FakeVaultState.error(412, "required 'X-Vault-Request' header is missing"));
      return;
    }
    boolean self = path.equals("auth/token/lookup-self");
    switch (trouble.orElse(Trouble.IS_DOWN)) {
      case FORBIDS -> {
        if (self) {
          send(exchange, handle(exchange, call));
        } else {
          send(exchange, FakeVaultState.error(403, "1 error occurred:\n\t* permission denied\n\n"));
        }
      }
      case LOGIN_EXPIRED ->
          send(
              exchange,
              path.endsWith("/login")
                  ? FakeVaultState.error(400, "invalid secret id")
                  : handle(exchange, call));
      case THROTTLES ->
          send(exchange, FakeVaultState.error(429, "request path: rate limit quota exceeded"));
      case HANGS -> await();
      case FAILS -> send(exchange, FakeVaultState.error(500, "internal error canary-value"));
      case ANSWERS_HTML ->
          send(exchange, new FakeVaultState.Answer(200, "<html>canary-value</html>"));
      case ANSWERS_HALF -> {
        FakeVaultState.Answer whole = handle(exchange, call);
        send(
            exchange,
            new FakeVaultState.Answer(
                whole.status(), whole.body().substring(0, whole.body().length() / 2)));
      }
      case REDIRECTS -> {
        exchange.getResponseHeaders().set("location", "https://elsewhere.example/v1/" + path);
        send(exchange, new FakeVaultState.Answer(307, ""));
      }
      case IS_DOWN, HAS_ANOTHER_CERTIFICATE -> send(exchange, handle(exchange, call));
    }
  }

  private FakeVaultState.Answer handle(HttpExchange exchange, Call call) {
    String query = Optional.ofNullable(exchange.getRequestURI().getRawQuery()).orElse("");
    return state.answer(call, query, hasClientCertificate(exchange));
  }

  private static boolean hasClientCertificate(HttpExchange exchange) {
    try {
      return ((HttpsExchange) exchange).getSSLSession().getPeerCertificates().length > 0;
    } catch (SSLPeerUnverifiedException e) {
      return false;
    }
  }

  private void await() {
    try {
      end.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static String header(HttpExchange exchange, String name) {
    return Optional.ofNullable(exchange.getRequestHeaders().getFirst(name)).orElse("");
  }

  private static void send(HttpExchange exchange, FakeVaultState.Answer answer) throws IOException {
    byte[] bytes = answer.body().getBytes(UTF_8);
    exchange.getResponseHeaders().set("content-type", "application/json");
    exchange.sendResponseHeaders(answer.status(), bytes.length == 0 ? -1 : bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }

  @Override
  public void close() {
    end.countDown();
    server.stop(0);
  }
}
