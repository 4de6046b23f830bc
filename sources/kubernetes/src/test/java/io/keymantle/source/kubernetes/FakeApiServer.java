package io.keymantle.source.kubernetes;

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
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLPeerUnverifiedException;

/// A fake of a Kubernetes API server over TLS: no line of Kubernetes is in it. It answers as the
/// published API says (https://kubernetes.io/docs/reference/kubernetes-api/,
/// https://kubernetes.io/docs/reference/using-api/api-concepts/) for Secrets and access reviews;
/// the real one is in testing/e2e/kubernetes. What it knows is in [FakeSecrets].
final class FakeApiServer implements AutoCloseable {
  static final String AUDIT_ID = "5e4e1a3c-6f6b-4e58-a1b0-0d6b8a1f7c11";

  /// One request that came in.
  record Call(String method, String target, String accept) {}

  final FakeSecrets secrets = new FakeSecrets();
  final TestCertificate certificate;
  final TestCertificate client = new TestCertificate();
  final Set<String> tokens = new ConcurrentSkipListSet<>();
  final List<Call> calls = new CopyOnWriteArrayList<>();

  final TestCertificate another = new TestCertificate();
  private final CountDownLatch end = new CountDownLatch(1);
  private final int port;
  private HttpServer server;
  private volatile Optional<Trouble> trouble = Optional.empty();
  private volatile boolean hasAnother;

  FakeApiServer(TestCertificate certificate) throws IOException {
    this.certificate = certificate;
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

  int port() {
    return port;
  }

  String address() {
    return "https://127.0.0.1:" + port;
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
      case LOGIN_EXPIRED -> tokens.clear();
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
    String target = exchange.getRequestURI().toString();
    exchange.getRequestBody().readAllBytes();
    calls.add(new Call(exchange.getRequestMethod(), target, header(exchange, "accept")));
    String path = exchange.getRequestURI().getRawPath();
    String query = Optional.ofNullable(exchange.getRequestURI().getRawQuery()).orElse("");
    switch (trouble.orElse(Trouble.IS_DOWN)) {
      case FORBIDS -> send(exchange, FakeSecrets.status(403, "Forbidden", "canary-value is not"));
      case THROTTLES -> send(exchange, FakeSecrets.status(429, "TooManyRequests", "canary-value"));
      case FAILS -> send(exchange, FakeSecrets.status(500, "InternalError", "canary-value"));
      case HANGS -> await();
      case ANSWERS_HTML -> send(exchange, new FakeSecrets.Answer(200, "<p>canary-value</p>"));
      case ANSWERS_HALF -> {
        String whole = secrets.answer(path, query, header(exchange, "accept")).body();
        send(exchange, new FakeSecrets.Answer(200, whole.substring(0, whole.length() / 2)));
      }
      case REDIRECTS -> {
        exchange.getResponseHeaders().set("location", "https://elsewhere.example" + path);
        send(exchange, new FakeSecrets.Answer(307, ""));
      }
      case LOGIN_EXPIRED, IS_DOWN, HAS_ANOTHER_CERTIFICATE ->
          send(
              exchange,
              isKnown(exchange)
                  ? secrets.answer(path, query, header(exchange, "accept"))
                  : unknown(exchange));
    }
  }

  private boolean isKnown(HttpExchange exchange) {
    String login = header(exchange, "authorization");
    return login.isEmpty()
        ? hasClientCertificate(exchange)
        : login.startsWith("Bearer ") && tokens.contains(login.substring("Bearer ".length()));
  }

  private static FakeSecrets.Answer unknown(HttpExchange exchange) {
    return header(exchange, "authorization").isEmpty()
        ? FakeSecrets.status(
            403, "Forbidden", "secrets is forbidden: User \"system:anonymous\" cannot get it")
        : FakeSecrets.status(401, "Unauthorized", "Unauthorized");
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

  private static void send(HttpExchange exchange, FakeSecrets.Answer answer) throws IOException {
    byte[] bytes = answer.body().getBytes(UTF_8);
    exchange.getResponseHeaders().set("content-type", "application/json");
    exchange.getResponseHeaders().set("audit-id", AUDIT_ID);
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
