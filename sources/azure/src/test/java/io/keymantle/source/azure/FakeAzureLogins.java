package io.keymantle.source.azure;

import com.sun.net.httpserver.HttpExchange;
import io.keymantle.testkit.FakeProvider;
import java.io.IOException;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.Signature;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import java.time.Instant;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/// What a [FakeAzure] has of logins: Entra ID's token endpoint
/// (https://learn.microsoft.com/entra/identity-platform/v2-oauth2-client-creds-grant-flow) and the
/// services of managed identities, each as its documents say. Assertions are held to RFC 7523 §3
/// and to Entra's profile of it, their signature to the application's certificate.
final class FakeAzureLogins {
  static final String TENANT = "12345678-1234-1234-1234-123456789012";
  static final String CLIENT = "87654321-4321-4321-4321-210987654321";
  static final String SECRET = "canary~secret/+ of.the app";
  static final String FEDERATED_TOKEN = "header.canary-federated.signature";
  static final String IDENTITY_HEADER = "canary-identity-header";

  private final ObjectMapper json;
  private final URI address;
  private final Set<String> tokens = ConcurrentHashMap.newKeySet();
  private final Set<String> assertions = ConcurrentHashMap.newKeySet();
  private final List<String> logins = new CopyOnWriteArrayList<>();
  private volatile Optional<RsaCertificate> certificate = Optional.empty();
  private volatile Instant now = Instant.now();
  private volatile boolean worthless;

  FakeAzureLogins(ObjectMapper json, URI address) {
    this.json = json;
    this.address = address;
  }

  /// The certificate of the application.
  void register(RsaCertificate its) {
    certificate = Optional.of(its);
  }

  /// How somebody logged in, in turn.
  List<String> logins() {
    return logins;
  }

  void endTokens() {
    tokens.clear();
  }

  /// Gives tokens from now on that the vault does not take.
  void issueWorthless() {
    worthless = true;
  }

  void setClock(Instant its) {
    now = its;
  }

  boolean knows(HttpExchange exchange) {
    String header = String.valueOf(exchange.getRequestHeaders().getFirst("authorization"));
    return header.startsWith("Bearer ") && tokens.contains(header.substring(7));
  }

  private String issue(String how) {
    logins.add(how);
    String token = "canary-token-" + logins.size();
    if (!worthless) {
      tokens.add(token);
    }
    return token;
  }

  void answer(HttpExchange exchange, byte[] body) throws IOException, GeneralSecurityException {
    String path = exchange.getRequestURI().getPath();
    switch (path) {
      case "/" + TENANT + "/oauth2/v2.0/token" ->
          answerToken(exchange, fields(new String(body, StandardCharsets.UTF_8)));
      case "/metadata/identity/oauth2/token" ->
          answerIdentity(exchange, "2018-02-01", "Metadata", "true", "machine");
      case "/msi/token" ->
          answerIdentity(exchange, "2019-08-01", "X-IDENTITY-HEADER", IDENTITY_HEADER, "app");
      default -> refuse(exchange, "invalid_request", 90002);
    }
  }

  private static Map<String, String> fields(String text) {
    Map<String, String> fields = new HashMap<>();
    for (String field : text.split("&")) {
      int equals = field.indexOf('=');
      fields.put(
          field.substring(0, equals),
          URLDecoder.decode(field.substring(equals + 1), StandardCharsets.UTF_8));
    }
    return fields;
  }

  private void answerToken(HttpExchange exchange, Map<String, String> form)
      throws IOException, GeneralSecurityException {
    String scope = "https://" + address.getHost() + "/.default";
    if (!"client_credentials".equals(form.get("grant_type")) || !scope.equals(form.get("scope"))) {
      refuse(exchange, "invalid_request", 900144);
    } else if (!CLIENT.equals(form.get("client_id"))) {
      refuse(exchange, "unauthorized_client", 700016);
    } else if (form.containsKey("client_secret")) {
      answer(exchange, SECRET.equals(form.get("client_secret")), "secret", 7000215);
    } else {
      String assertion = form.getOrDefault("client_assertion", "");
      boolean typed =
          "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
              .equals(form.get("client_assertion_type"));
      if (assertion.equals(FEDERATED_TOKEN)) {
        answer(exchange, typed, "federated", 70021);
      } else {
        answer(exchange, typed && isRight(assertion), "certificate", 700027);
      }
    }
  }

  private void answer(HttpExchange exchange, boolean right, String how, int otherwise)
      throws IOException {
    if (!right) {
      refuse(exchange, "invalid_client", otherwise);
      return;
    }
    FakeProvider.send(
        exchange,
        200,
        "{\"token_type\":\"Bearer\",\"expires_in\":3599,\"ext_expires_in\":3599,\"access_token\":\"%s\"}"
            .formatted(issue(how)));
  }

  private boolean isRight(String assertion) throws GeneralSecurityException {
    String[] parts = assertion.split("\\.", -1);
    if (parts.length != 3 || certificate.isEmpty()) {
      return false;
    }
    JsonNode header = json.readTree(Base64.getUrlDecoder().decode(parts[0]));
    JsonNode claims = json.readTree(Base64.getUrlDecoder().decode(parts[1]));
    String thumbprint =
        Base64.getUrlEncoder()
            .withoutPadding()
            .encodeToString(
                MessageDigest.getInstance("SHA-256").digest(certificate.get().encoded()));
    Signature signature = Signature.getInstance("RSASSA-PSS");
    signature.setParameter(
        new PSSParameterSpec("SHA-256", "MGF1", MGF1ParameterSpec.SHA256, 32, 1));
    signature.initVerify(certificate.get().certificate());
    signature.update((parts[0] + "." + parts[1]).getBytes(StandardCharsets.US_ASCII));
    long start = claims.path("nbf").asLong(Long.MAX_VALUE);
    long end = claims.path("exp").asLong(0);
    return header.path("alg").asString("").equals("PS256")
        && header.path("typ").asString("").equals("JWT")
        && header.path("x5t#S256").asString("").equals(thumbprint)
        && signature.verify(Base64.getUrlDecoder().decode(parts[2]))
        && claims.path("aud").asString("").equals(address + "/" + TENANT + "/oauth2/v2.0/token")
        && claims.path("iss").asString("").equals(CLIENT)
        && claims.path("sub").asString("").equals(CLIENT)
        && claims.path("iat").asLong(0) == start
        && start <= now.getEpochSecond() + 60
        && end > now.getEpochSecond()
        && end - start <= 600
        // Each is good once.
        && assertions.add(claims.path("jti").asString(""));
  }

  private void answerIdentity(
      HttpExchange exchange, String version, String header, String value, String how)
      throws IOException {
    Map<String, String> query = fields(exchange.getRequestURI().getRawQuery());
    boolean right =
        version.equals(query.get("api-version"))
            && query.getOrDefault("resource", "").equals("https://" + address.getHost())
            && value.equals(exchange.getRequestHeaders().getFirst(header));
    if (!right) {
      refuse(exchange, "invalid_request", 0);
      return;
    }
    String who = query.getOrDefault("client_id", "");
    if (!who.isEmpty() && !who.equals(CLIENT)) {
      refuse(exchange, "invalid_request", 0);
      return;
    }
    FakeProvider.send(
        exchange,
        200,
        "{\"access_token\":\"%s\",\"expires_on\":\"32503680000\",\"resource\":\"%s\",\"token_type\":\"Bearer\"}"
            .formatted(issue(how + (who.isEmpty() ? "" : " " + who)), query.get("resource")));
  }

  private static void refuse(HttpExchange exchange, String code, int number) throws IOException {
    FakeProvider.send(
        exchange,
        code.equals("invalid_client") ? 401 : 400,
        "{\"error\":\"%s\",\"error_description\":\"AADSTS%d: canary\",\"error_codes\":[%d]}"
            .formatted(code, number, number));
  }
}
