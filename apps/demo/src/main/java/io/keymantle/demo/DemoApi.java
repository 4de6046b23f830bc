package io.keymantle.demo;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.zip.GZIPOutputStream;
import javax.net.ssl.SSLContext;

/// The service of the demo: an HTTPS API on loopback that insists on the real token, remembers what
/// it received, and, where asked, gives the token back in many shapes, as careless services do.
///
/// The same server plays the thief's host; requests tell by their `Host`.
final class DemoApi implements AutoCloseable {
  static final String HOST = "api.demo.test";
  static final String THIEF = "evil.demo.test";

  /// One request as the service saw it.
  record Received(
      String step, String host, String method, String path, String authorization, String body) {}

  private final HttpServer server;
  private final String token;
  private final List<Received> received = new CopyOnWriteArrayList<>();

  private DemoApi(HttpServer server, String token, GitRepository repository) {
    this.server = server;
    this.token = token;
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext("/", this::handle);
    server.createContext("/site.git", exchange -> git(exchange, repository));
    server.start();
  }

  /// Starts on a free port of loopback.
  static DemoApi overTls(SSLContext tls, String token, GitRepository repository)
      throws IOException {
    HttpsServer server =
        HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setHttpsConfigurator(new HttpsConfigurator(tls));
    return new DemoApi(server, token, repository);
  }

  int port() {
    return server.getAddress().getPort();
  }

  List<Received> received(String step) {
    return received.stream().filter(request -> request.step().equals(step)).toList();
  }

  private void handle(HttpExchange exchange) throws IOException {
    byte[] body = exchange.getRequestBody().readAllBytes();
    String authorization = note(exchange, new String(body, StandardCharsets.UTF_8));
    if (!authorization.equals("Bearer " + token)) {
      answer(exchange, 401, "{\"error\":\"bad credentials\"}");
      return;
    }
    String path = exchange.getRequestURI().getPath();
    switch (path) {
      case "/issues" ->
          answer(
              exchange,
              exchange.getRequestMethod().equals("POST") ? 201 : 200,
              "{\"issues\":[{\"number\":7,\"title\":\"Button is blue\"}]}");
      case "/echo" -> answer(exchange, 200, "{\"you sent\":\"" + authorization + "\"}");
      case "/echo/encoded" -> answer(exchange, 200, encodedEcho());
      case "/echo/header" -> {
        exchange.getResponseHeaders().set("X-Debug-Token", token);
        answer(exchange, 200, "{}");
      }
      case "/echo/gzip" -> {
        exchange.getResponseHeaders().set("Content-Encoding", "gzip");
        answer(exchange, 200, gzip("{\"token\":\"" + token + "\"}"));
      }
      case "/redirect" -> {
        exchange.getResponseHeaders().set("Location", "https://" + THIEF + "/collect");
        answer(exchange, 302, "{}");
      }
      default -> answer(exchange, 200, "{\"path\":\"" + path + "\"}");
    }
  }

  private void git(HttpExchange exchange, GitRepository repository) throws IOException {
    byte[] body = exchange.getRequestBody().readAllBytes();
    String authorization = note(exchange, "");
    String expected =
        "Basic "
            + Base64.getEncoder().encodeToString(("git:" + token).getBytes(StandardCharsets.UTF_8));
    if (!authorization.equals(expected)) {
      exchange.getResponseHeaders().set("WWW-Authenticate", "Basic realm=\"demo\"");
      answer(exchange, 401, "who are you");
      return;
    }
    repository.serve(exchange, body);
  }

  private String note(HttpExchange exchange, String body) {
    String authorization = String.valueOf(exchange.getRequestHeaders().getFirst("Authorization"));
    String step = String.valueOf(exchange.getRequestHeaders().getFirst("User-Agent"));
    received.add(
        new Received(
            step,
            String.valueOf(exchange.getRequestHeaders().getFirst("Host")),
            exchange.getRequestMethod(),
            exchange.getRequestURI().toString(),
            authorization,
            body));
    return authorization;
  }

  private String encodedEcho() {
    byte[] bytes = token.getBytes(StandardCharsets.UTF_8);
    return "{\"base64\":\""
        + Base64.getEncoder().encodeToString(("token=" + token).getBytes(StandardCharsets.UTF_8))
        + "\",\"hex\":\""
        + HexFormat.of().formatHex(bytes)
        + "\",\"reversed\":\""
        + new StringBuilder(token).reverse()
        + "\"}";
  }

  private static byte[] gzip(String text) throws IOException {
    ByteArrayOutputStream compressed = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(compressed)) {
      out.write(text.getBytes(StandardCharsets.UTF_8));
    }
    return compressed.toByteArray();
  }

  private static void answer(HttpExchange exchange, int status, String body) throws IOException {
    exchange.getResponseHeaders().set("Content-Type", "application/json");
    answer(exchange, status, body.getBytes(StandardCharsets.UTF_8));
  }

  private static void answer(HttpExchange exchange, int status, byte[] body) throws IOException {
    try (exchange) {
      exchange.sendResponseHeaders(status, body.length);
      exchange.getResponseBody().write(body);
    }
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
