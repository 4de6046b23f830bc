package io.keymantle.source.gcp;

import com.sun.net.httpserver.HttpExchange;
import io.keymantle.testkit.FakeProvider;
import io.keymantle.testkit.SourceContract.Trouble;
import java.io.IOException;
import java.net.URI;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.net.ssl.SSLContext;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/// A fake of Google Cloud, not Google Cloud: Secret Manager v1 as far as the source uses it,
/// written to its published API reference
/// (https://cloud.google.com/secret-manager/docs/reference/rest), its errors to
/// https://cloud.google.com/apis/design/errors. Logins are those of [FakeGcpLogins]. It gives pages
/// of ten and holds no quotas, which Google does.
final class FakeGcp implements FakeProvider.Api, AutoCloseable {
  static final String REQUEST_ID = "9c1b5e2a-7777-4888-9999-0123456789ab";

  /// Of all that are made without others: it takes a second to make them.
  private static final KeyPair KEYS = FakeGcpLogins.generate();

  private final ObjectMapper json = new ObjectMapper();
  private final FakeGcpSecrets secrets = new FakeGcpSecrets(json);
  private final FakeProvider server;
  private final FakeGcpLogins logins;
  private final List<String> asked = new CopyOnWriteArrayList<>();
  private volatile Optional<JsonNode> answer = Optional.empty();

  FakeGcp(Optional<SSLContext> tls) {
    this(tls, KEYS);
  }

  /// @param keys of the service account
  FakeGcp(Optional<SSLContext> tls, KeyPair keys) {
    this.server = new FakeProvider(this, tls);
    this.logins = new FakeGcpLogins(json, server.address(), keys);
  }

  FakeProvider server() {
    return server;
  }

  URI address() {
    return server.address();
  }

  FakeGcpSecrets secrets() {
    return secrets;
  }

  FakeGcpLogins logins() {
    return logins;
  }

  /// Requests of the API in turn: address, then the header `x-goog-user-project`.
  List<String> asked() {
    return asked;
  }

  /// Gives this from now on, whatever is asked.
  void answer(Map<String, Object> its) {
    answer = Optional.of(json.valueToTree(its));
  }

  void answerAsUsual() {
    answer = Optional.empty();
  }

  /// Refuses everything from now on in this way.
  void refuseAll(int status, String code, String reason) {
    answer = Optional.of(error(status, code, reason));
  }

  @Override
  public boolean suffers(HttpExchange exchange) {
    return isApi(exchange);
  }

  private static boolean isApi(HttpExchange exchange) {
    String path = exchange.getRequestURI().getPath();
    return path.startsWith("/v1/projects/") && !path.startsWith("/v1/projects/-/");
  }

  @Override
  public void answer(HttpExchange exchange, byte[] body)
      throws IOException, GeneralSecurityException {
    if (!isApi(exchange)) {
      logins.answer(exchange, body);
      return;
    }
    asked.add(
        exchange.getRequestURI()
            + " "
            + exchange.getRequestHeaders().getOrDefault("x-goog-user-project", List.of()));
    exchange.getResponseHeaders().set("content-type", "application/json; charset=UTF-8");
    if (!logins.knows(exchange)) {
      send(exchange, error(401, "UNAUTHENTICATED", "ACCESS_TOKEN_EXPIRED"));
    } else {
      send(exchange, answer.orElseGet(() -> found(exchange)));
    }
  }

  private JsonNode found(HttpExchange exchange) {
    Optional<JsonNode> found = secrets.find(exchange.getRequestURI());
    return found.orElseGet(() ->
        secrets.isDisabled(exchange.getRequestURI())
            ? error(400, "FAILED_PRECONDITION", "")
            : error(404, "NOT_FOUND", ""));
  }

  @Override
  public void refuse(HttpExchange exchange, Trouble its) throws IOException {
    exchange.getResponseHeaders().set("content-type", "application/json; charset=UTF-8");
    send(
        exchange,
        switch (its) {
          case FORBIDS -> error(403, "PERMISSION_DENIED", "IAM_PERMISSION_DENIED");
          case LOGIN_EXPIRED -> error(401, "UNAUTHENTICATED", "ACCESS_TOKEN_EXPIRED");
          case THROTTLES -> error(429, "RESOURCE_EXHAUSTED", "RATE_LIMIT_EXCEEDED");
          default -> error(503, "UNAVAILABLE", "");
        });
  }

  private JsonNode error(int status, String code, String reason) {
    Map<String, Object> request =
        Map.of("@type", "type.googleapis.com/google.rpc.RequestInfo", "requestId", REQUEST_ID);
    Map<String, Object> info =
        Map.of(
            "@type",
            "type.googleapis.com/google.rpc.ErrorInfo",
            "reason",
            reason,
            "domain",
            "googleapis.com",
            "metadata",
            Map.of("reason", "canary"));
    return json.valueToTree(
        Map.of(
            "error",
            Map.of(
                "code",
                status,
                "message",
                "canary-value may not be read by canary@example.com",
                "status",
                code,
                "details",
                reason.isEmpty() ? List.of(request) : List.of(info, request))));
  }

  private void send(HttpExchange exchange, JsonNode its) throws IOException {
    FakeProvider.send(
        exchange, its.path("error").path("code").asInt(200), json.writeValueAsString(its));
  }

  @Override
  public void close() {
    server.close();
  }
}
