package io.keymantle.source.doppler;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import io.keymantle.testkit.FakeProvider;
import io.keymantle.testkit.SourceContract.Trouble;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLContext;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.node.ObjectNode;

/// A fake of Doppler: no line of Doppler is in it. It answers as the published API says
/// (https://docs.doppler.com/reference: secrets-get, secrets-names, auth-me, auth-oidc), for a
/// service token of one config, `app/prd`, and tokens that name theirs.
final class FakeDoppler implements FakeProvider.Api, AutoCloseable {
  static final String TOKEN = "dp.st.canary";
  static final String REQUEST_ID = "5b7f3d1e-doppler";
  private static final String OWN = "app/prd";

  /// By project, config and name.
  final Map<String, ObjectNode> secrets = new ConcurrentSkipListMap<>();

  final Set<String> tokens = new ConcurrentSkipListSet<>(Set.of(TOKEN));
  final List<String> calls = new CopyOnWriteArrayList<>();
  final FakeProvider server;

  private final ObjectMapper json = new ObjectMapper();

  FakeDoppler(SSLContext tls) {
    this.server = new FakeProvider(this, Optional.of(tls));
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

  @Override
  public boolean suffers(HttpExchange exchange) {
    return true;
  }

  @Override
  public void refuse(HttpExchange exchange, Trouble its) throws IOException {
    exchange.getResponseHeaders().set("x-request-id", REQUEST_ID);
    switch (its) {
      case FORBIDS -> refuse(exchange, 403, "This token does not have access to canary-value");
      case LOGIN_EXPIRED -> refuse(exchange, 401, "Invalid Auth token canary-value");
      case THROTTLES -> {
        exchange.getResponseHeaders().set("retry-after", "7");
        refuse(exchange, 429, "rate limit exceeded canary-value");
      }
      default -> refuse(exchange, 500, "canary-value");
    }
  }

  @Override
  public void answer(HttpExchange exchange, byte[] body) throws IOException {
    exchange.getResponseHeaders().set("x-request-id", REQUEST_ID);
    calls.add(exchange.getRequestURI() + " " + new String(body, UTF_8));
    serve(exchange, exchange.getRequestURI().getRawPath(), new String(body, UTF_8));
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
        case "/v3/me" ->
            FakeProvider.send(exchange, 200, "{\"type\":\"service_token\",\"success\":true}");
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
    FakeProvider.send(
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
    FakeProvider.send(exchange, 200, answer.toString());
  }

  private void names(HttpExchange exchange, String config) throws IOException {
    ObjectNode answer = json.createObjectNode().put("success", true);
    secrets.keySet().stream()
        .filter(each -> each.startsWith(config + "/"))
        .forEach(each -> answer.withArray("names").add(each.substring(config.length() + 1)));
    FakeProvider.send(exchange, 200, answer.toString());
  }

  private static Optional<String> parameter(String query, String name) {
    Matcher found = Pattern.compile("(?:^|&)" + name + "=([^&]*)").matcher(query);
    return found.find() ? Optional.of(found.group(1)) : Optional.empty();
  }

  private static void refuse(HttpExchange exchange, int status, String message) throws IOException {
    FakeProvider.send(exchange, status, "{\"messages\":[\"" + message + "\"],\"success\":false}");
  }

  @Override
  public void close() {
    server.close();
  }
}
