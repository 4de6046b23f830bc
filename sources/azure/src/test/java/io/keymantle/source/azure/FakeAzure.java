package io.keymantle.source.azure;

import com.sun.net.httpserver.HttpExchange;
import io.keymantle.testkit.FakeProvider;
import io.keymantle.testkit.SourceContract.Trouble;
import java.io.IOException;
import java.net.URI;
import java.security.GeneralSecurityException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.net.ssl.SSLContext;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/// A fake of Azure, not Azure: Key Vault 7.4 as far as the source uses it, written to its published
/// API reference (https://learn.microsoft.com/rest/api/keyvault/), its errors to
/// https://learn.microsoft.com/azure/key-vault/general/rest-error-codes, its challenge to
/// https://learn.microsoft.com/azure/key-vault/general/authentication-requests-and-responses.
/// Logins are those of [FakeAzureLogins]. It gives pages of ten and holds no limits, which Azure
/// does.
final class FakeAzure implements FakeProvider.Api, AutoCloseable {
  static final String REQUEST_ID = "54bed8bb-6765-4439-85a4-344d0e1b6cdb";

  private final ObjectMapper json = new ObjectMapper();
  private final FakeProvider server;
  private final FakeVaultObjects objects;
  private final FakeAzureLogins logins;
  private final List<String> asked = new CopyOnWriteArrayList<>();
  private volatile String challenge;
  private volatile Optional<Refusal> refusal = Optional.empty();
  private volatile String refused = "";

  private record Refusal(int status, String code, String inner) {}

  FakeAzure(Optional<SSLContext> tls) {
    this.server = new FakeProvider(this, tls);
    this.objects = new FakeVaultObjects(json, server.address());
    this.logins = new FakeAzureLogins(json, server.address());
    this.challenge = challenge("https://login.windows.net/" + FakeAzureLogins.TENANT, address());
  }

  FakeProvider server() {
    return server;
  }

  URI address() {
    return server.address();
  }

  FakeVaultObjects objects() {
    return objects;
  }

  FakeAzureLogins logins() {
    return logins;
  }

  /// Paths of the vault that were asked for with a token that counts.
  List<String> asked() {
    return asked;
  }

  /// Refuses everything below this path from now on in this way.
  void refuse(String path, int status, String code, String inner) {
    refused = path;
    refusal = Optional.of(new Refusal(status, code, inner));
  }

  private static String challenge(String authorization, URI resource) {
    return "Bearer authorization=\"%s\", resource=\"https://%s\""
        .formatted(authorization, resource.getHost());
  }

  /// Asks for this token from now on, and takes none.
  void challenge(String authorization, String resource) {
    logins.endTokens();
    logins.issueWorthless();
    challenge = challenge(authorization, URI.create(resource));
  }

  @Override
  public boolean suffers(HttpExchange exchange) {
    return isVault(exchange);
  }

  private static boolean isVault(HttpExchange exchange) {
    return exchange.getRequestURI().getPath().matches("/(secrets|certificates|keys)(/.*)?");
  }

  @Override
  public void answer(HttpExchange exchange, byte[] body)
      throws IOException, GeneralSecurityException {
    exchange.getResponseHeaders().set("x-ms-request-id", REQUEST_ID);
    exchange.getResponseHeaders().set("content-type", "application/json; charset=utf-8");
    URI uri = exchange.getRequestURI();
    if (!isVault(exchange)) {
      logins.answer(exchange, body);
    } else if (!logins.knows(exchange)) {
      exchange.getResponseHeaders().set("WWW-Authenticate", challenge);
      refuse(exchange, 401, "Unauthorized", "");
    } else if (!String.valueOf(uri.getQuery()).contains("api-version=7.4")) {
      refuse(exchange, 400, "BadParameter", "");
    } else if (refusal.isPresent() && uri.getPath().startsWith(refused)) {
      Refusal its = refusal.get();
      refuse(exchange, its.status(), its.code(), its.inner());
    } else {
      asked.add(uri.getPath());
      answerObject(exchange);
    }
  }

  private void answerObject(HttpExchange exchange) throws IOException {
    Optional<JsonNode> found = objects.find(exchange.getRequestURI());
    if (found.isPresent()) {
      FakeProvider.send(exchange, 200, json.writeValueAsString(found.get()));
    } else if (objects.isDisabled(exchange.getRequestURI())) {
      refuse(exchange, 403, "Forbidden", "SecretDisabled");
    } else {
      refuse(exchange, 404, objects.notFound(exchange.getRequestURI()), "");
    }
  }

  @Override
  public void refuse(HttpExchange exchange, Trouble its) throws IOException {
    exchange.getResponseHeaders().set("x-ms-request-id", REQUEST_ID);
    exchange.getResponseHeaders().set("content-type", "application/json; charset=utf-8");
    switch (its) {
      case FORBIDS -> refuse(exchange, 403, "Forbidden", "ForbiddenByRbac");
      case LOGIN_EXPIRED -> {
        exchange.getResponseHeaders().set("WWW-Authenticate", challenge);
        refuse(exchange, 401, "Unauthorized", "");
      }
      case THROTTLES -> {
        exchange.getResponseHeaders().set("Retry-After", "7");
        refuse(exchange, 429, "Throttled", "");
      }
      default -> refuse(exchange, 503, "ServiceUnavailable", "");
    }
  }

  private void refuse(HttpExchange exchange, int status, String code, String inner)
      throws IOException {
    Map<String, Object> plain = Map.of("code", code, "message", "canary-value of canary");
    Map<String, Object> detailed =
        Map.of(
            "code", code, "message", "canary-value of canary", "innererror", Map.of("code", inner));
    FakeProvider.send(
        exchange,
        status,
        json.writeValueAsString(Map.of("error", inner.isEmpty() ? plain : detailed)));
  }

  @Override
  public void close() {
    server.close();
  }
}
