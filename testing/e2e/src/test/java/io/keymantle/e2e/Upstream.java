package io.keymantle.e2e;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import io.keymantle.demo.DemoCertificate;
import io.keymantle.demo.GitRepository;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;

/// An HTTPS service on loopback under names that exist only through `up --resolve`. Remembers each
/// request, and answers with what it was sent; at [#QUIET] with nothing of it.
final class Upstream implements AutoCloseable {
  static final String HOST = "api.example.test";
  static final String OTHER = "other.example.test";
  static final String QUIET = "/quiet";

  /// One request as it arrived.
  record Received(String host, String method, String target, String authorization, String body) {}

  private final HttpsServer server;
  private final DemoCertificate certificate;
  private final List<Received> received = new CopyOnWriteArrayList<>();

  private Upstream(HttpsServer server, DemoCertificate certificate) {
    this.server = server;
    this.certificate = certificate;
  }

  static Upstream start(Path folder) throws IOException {
    return start(DemoCertificate.create(folder, HOST, OTHER));
  }

  static Upstream start(DemoCertificate certificate) throws IOException {
    HttpsServer server =
        HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setHttpsConfigurator(new HttpsConfigurator(certificate.context()));
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    Upstream upstream = new Upstream(server, certificate);
    server.createContext("/", upstream::handle);
    server.start();
    return upstream;
  }

  /// What `up` needs to trust and find this service.
  List<String> upOptions() {
    List<String> options = new ArrayList<>(List.of("--upstream-ca", certificate.pem().toString()));
    options.addAll(resolveOptions());
    return options;
  }

  /// What `up` needs to find this service.
  List<String> resolveOptions() {
    List<String> options = new ArrayList<>();
    for (String host : List.of(HOST, OTHER)) {
      options.addAll(
          List.of("--resolve", host + ":443:127.0.0.1:" + server.getAddress().getPort()));
    }
    return options;
  }

  /// Serves a git repository as well, to whoever has the password.
  void serve(GitRepository repository, String password) {
    String expected =
        "Basic "
            + Base64.getEncoder()
                .encodeToString(("git:" + password).getBytes(StandardCharsets.UTF_8));
    server.createContext(
        "/site.git",
        exchange -> {
          byte[] body = exchange.getRequestBody().readAllBytes();
          if (expected.equals(exchange.getRequestHeaders().getFirst("Authorization"))) {
            repository.serve(exchange, body);
            return;
          }
          exchange.getResponseHeaders().set("WWW-Authenticate", "Basic realm=\"repositories\"");
          exchange.sendResponseHeaders(401, -1);
          exchange.close();
        });
  }

  int port() {
    return server.getAddress().getPort();
  }

  List<Received> received() {
    return List.copyOf(received);
  }

  /// What arrived after so many requests.
  List<Received> receivedAfter(int count) {
    return List.copyOf(received.subList(count, received.size()));
  }

  private void handle(HttpExchange exchange) throws IOException {
    String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
    String authorization = String.valueOf(exchange.getRequestHeaders().getFirst("Authorization"));
    received.add(
        new Received(
            String.valueOf(exchange.getRequestHeaders().getFirst("Host")),
            exchange.getRequestMethod(),
            exchange.getRequestURI().toString(),
            authorization,
            body));
    if (exchange.getRequestURI().getPath().startsWith("/repo.git")
        && !exchange.getRequestHeaders().containsKey("Authorization")) {
      // git sends its credentials only when it is asked for them.
      exchange.getResponseHeaders().set("WWW-Authenticate", "Basic realm=\"repositories\"");
      exchange.sendResponseHeaders(401, -1);
      exchange.close();
      return;
    }
    boolean quiet = exchange.getRequestURI().getPath().equals(QUIET);
    byte[] reply =
        (quiet ? "hello" : "hello; you sent " + authorization + " and " + body)
            .getBytes(StandardCharsets.UTF_8);
    try (exchange) {
      exchange.sendResponseHeaders(200, reply.length);
      exchange.getResponseBody().write(reply);
    }
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
