package io.keymantle.source.doppler;

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
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.node.ObjectNode;

/// A fake of Doppler over TLS: no line of Doppler is in it. It answers as the published API says
/// (https://docs.doppler.com/reference: secrets-get, secrets-names, auth-me, auth-oidc), for a
/// service token of one config, `app/prd`, and tokens that name theirs.
final class FakeDoppler implements AutoCloseable {
  static final String TOKEN = "dp.st.canary";
  static final String REQUEST_ID = "5b7f3d1e-doppler";
  private static final String OWN = "app/prd";

  /// By project, config and name.
  final Map<String, ObjectNode> secrets = new ConcurrentSkipListMap<>();

  final Set<String> tokens = new ConcurrentSkipListSet<>(Set.of(TOKEN));
  final List<String> calls = new CopyOnWriteArrayList<>();
  final TestCertificate certificate = new TestCertificate();

  private final ObjectMapper json = new ObjectMapper();
  private final TestCertificate another = new TestCertificate();
  private final CountDownLatch end = new CountDownLatch(1);
  private final int port;
  private HttpServer server;
  private volatile Optional<Trouble> trouble = Optional.empty();
  private volatile boolean hasAnother;

  FakeDoppler() throws IOException {
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

  /// @param raw what somebody typed, where it refers to other secrets
  void put(String path, String raw, String computed) {
    ObjectNode value = json.createObjectNode();
    value
        .put("raw", raw)
        .put("computed", computed)
        .put("note", "")
        .put("rawVisibility", "masked")
        .put("computedVisibility", "masked");
    secrets.put(path, value);
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
    String body = new String(exchange.getRequestBody().readAllBytes(), UTF_8);
    calls.add(exchange.getRequestURI() + " " + body);
    exchange.getResponseHeaders().set("x-request-id", REQUEST_ID);
    String path = exchange.getRequestURI().getRawPath();
    switch (trouble.orElse(Trouble.IS_DOWN)) {
      case FORBIDS -> refuse(exchange, 403, "This token does not have access to canary-value");
      case THROTTLES -> {
        exchange.getResponseHeaders().set("retry-after", "7");
        refuse(exchange, 429, "rate limit exceeded canary-value");
      }
      case FAILS -> refuse(exchange, 500, "canary-value");
      case HANGS -> await();
      case ANSWERS_HTML -> send(exchange, 200, "<p>canary-value</p>");
      case ANSWERS_HALF -> send(exchange, 200, "{\"value\":{\"computed\":\"canary-value");
      case REDIRECTS -> {
        exchange.getResponseHeaders().set("location", "https://elsewhere.example" + path);
        send(exchange, 302, "");
      }
      case LOGIN_EXPIRED, IS_DOWN, HAS_ANOTHER_CERTIFICATE -> serve(exchange, path, body);
    }
  }

  private void serve(HttpExchange exchange, String path, String body) throws IOException {
    String login = exchange.getRequestHeaders().getFirst("authorization");
    if (path.equals("/v3/auth/oidc")) {
      exchange(exchange, body);
    } else if (login == null || !tokens.contains(login.replaceFirst("^Bearer ", ""))) {
      refuse(exchange, 401, "Invalid Auth token canary-value");
    } else {
      String query = Optional.ofNullable(exchange.getRequestURI().getRawQuery()).orElse("");
      Optional<String> project = parameter(query, "project");
      String config =
          project.map(its -> its + "/" + parameter(query, "config").orElse("")).orElse(OWN);
      switch (path) {
        case "/v3/me" -> send(exchange, 200, "{\"type\":\"service_token\",\"success\":true}");
        case "/v3/configs/config/secret" -> secret(exchange, config, query);
        case "/v3/configs/config/secrets/names" -> names(exchange, config);
        default -> refuse(exchange, 404, "no such path");
      }
    }
  }

  private void exchange(HttpExchange exchange, String body) throws IOException {
    if (!body.equals("{\"identity\":\"id-1\",\"token\":\"canary.jwt\"}")) {
      refuse(exchange, 401, "canary-value");
      return;
    }
    String token = "dp.said.canary" + calls.size();
    tokens.add(token);
    send(
        exchange,
        200,
        "{\"success\":true,\"token\":\""
            + token
            + "\",\"expires_at\":\"2999-01-01T00:00:00.000Z\"}");
  }

  private void secret(HttpExchange exchange, String config, String query) throws IOException {
    String name = parameter(query, "name").orElse("");
    ObjectNode value = secrets.get(config + "/" + name);
    if (value == null) {
      refuse(exchange, 404, "Could not find requested secret: canary-value");
      return;
    }
    ObjectNode answer = json.createObjectNode().put("name", name).put("success", true);
    answer.set("value", value);
    send(exchange, 200, answer.toString());
  }

  private void names(HttpExchange exchange, String config) throws IOException {
    ObjectNode answer = json.createObjectNode().put("success", true);
    secrets.keySet().stream()
        .filter(each -> each.startsWith(config + "/"))
        .forEach(each -> answer.withArray("names").add(each.substring(config.length() + 1)));
    send(exchange, 200, answer.toString());
  }

  private static Optional<String> parameter(String query, String name) {
    Matcher found = Pattern.compile("(?:^|&)" + name + "=([^&]*)").matcher(query);
    return found.find() ? Optional.of(found.group(1)) : Optional.empty();
  }

  private void await() {
    try {
      end.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void refuse(HttpExchange exchange, int status, String message) throws IOException {
    send(exchange, status, "{\"messages\":[\"" + message + "\"],\"success\":false}");
  }

  private static void send(HttpExchange exchange, int status, String body) throws IOException {
    byte[] bytes = body.getBytes(UTF_8);
    exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }

  @Override
  public void close() {
    end.countDown();
    server.stop(0);
  }
}
