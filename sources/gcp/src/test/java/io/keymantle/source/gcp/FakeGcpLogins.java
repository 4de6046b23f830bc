package io.keymantle.source.gcp;

import com.sun.net.httpserver.HttpExchange;
import io.keymantle.testkit.FakeProvider;
import java.io.IOException;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.time.Instant;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/// What a [FakeGcp] has of logins: Google's token endpoint
/// (https://developers.google.com/identity/protocols/oauth2/service-account), its Security Token
/// Service (https://cloud.google.com/iam/docs/reference/sts/rest/v1/TopLevel/token), IAM
/// Credentials and the metadata server, each as its documents say. Assertions are held to RFC 7523
/// §3 and to Google's profile of it, their signature to the account's public key.
final class FakeGcpLogins {
  static final String ACCOUNT = "broker@my-project.iam.gserviceaccount.com";
  static final String KEY_ID = "f1e2d3c4";
  static final String REFRESH_TOKEN = "canary-refresh+token/";
  static final String SUBJECT_TOKEN = "canary-subject.token";
  static final String AUDIENCE =
      "//iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/p/providers/x";
  static final String SCOPE = "https://www.googleapis.com/auth/cloud-platform";

  private final ObjectMapper json;
  private final URI address;
  private final KeyPair keys;
  private final Set<String> tokens = ConcurrentHashMap.newKeySet();
  private final List<String> logins = new CopyOnWriteArrayList<>();
  private volatile Instant now = Instant.now();
  private volatile boolean flavored = true;

  FakeGcpLogins(ObjectMapper json, URI address, KeyPair keys) {
    this.json = json;
    this.address = address;
    this.keys = keys;
  }

  static KeyPair generate() {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
      generator.initialize(2048);
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  KeyPair keys() {
    return keys;
  }

  /// How somebody logged in, in turn.
  List<String> logins() {
    return logins;
  }

  void endTokens() {
    tokens.clear();
  }

  void setClock(Instant its) {
    now = its;
  }

  /// Answers as metadata server without its header, as another program would.
  void loseFlavor() {
    flavored = false;
  }

  boolean knows(HttpExchange exchange) {
    String header = String.valueOf(exchange.getRequestHeaders().getFirst("authorization"));
    return header.startsWith("Bearer ") && tokens.contains(header.substring(7));
  }

  private String issue(String how) {
    logins.add(how);
    String token = "canary-token-" + logins.size();
    tokens.add(token);
    return token;
  }

  void answer(HttpExchange exchange, byte[] body) throws IOException, GeneralSecurityException {
    String path = exchange.getRequestURI().getPath();
    String text = new String(body, StandardCharsets.UTF_8);
    switch (path) {
      case "/token" -> answerToken(exchange, form(text));
      case "/v1/token" -> answerExchange(exchange, form(text));
      case "/subject" -> answerSubject(exchange);
      default -> {
        if (path.startsWith("/computeMetadata/v1/")) {
          answerMetadata(exchange, path.substring("/computeMetadata/v1/".length()));
        } else {
          answerImpersonation(exchange, path, json.readTree(body));
        }
      }
    }
  }

  private static Map<String, String> form(String text) {
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
    switch (form.getOrDefault("grant_type", "")) {
      case "urn:ietf:params:oauth:grant-type:jwt-bearer" -> {
        String wrong = wrongWith(form.getOrDefault("assertion", ""));
        if (wrong.isEmpty()) {
          give(exchange, issue("key"));
        } else {
          refuse(exchange, wrong);
        }
      }
      case "refresh_token" -> {
        boolean known =
            REFRESH_TOKEN.equals(form.get("refresh_token"))
                && "gcloud".equals(form.get("client_id"))
                && "canary-client-secret".equals(form.get("client_secret"));
        if (known) {
          give(exchange, issue("user"));
        } else {
          refuse(exchange, "invalid_grant");
        }
      }
      default -> refuse(exchange, "unsupported_grant_type");
    }
  }

  /// Google's code for it; empty when nothing is.
  private String wrongWith(String assertion) throws GeneralSecurityException {
    String[] parts = assertion.split("\\.", -1);
    if (parts.length != 3) {
      return "invalid_request";
    }
    JsonNode header = json.readTree(Base64.getUrlDecoder().decode(parts[0]));
    JsonNode claims = json.readTree(Base64.getUrlDecoder().decode(parts[1]));
    Signature signature = Signature.getInstance("SHA256withRSA");
    signature.initVerify(keys.getPublic());
    signature.update((parts[0] + "." + parts[1]).getBytes(StandardCharsets.US_ASCII));
    long issued = claims.path("iat").asLong(0);
    long ends = claims.path("exp").asLong(0);
    boolean right =
        header.path("alg").asString("").equals("RS256")
            && header.path("typ").asString("").equals("JWT")
            && header.path("kid").asString("").equals(KEY_ID)
            && signature.verify(Base64.getUrlDecoder().decode(parts[2]))
            && claims.path("iss").asString("").equals(ACCOUNT)
            && claims.path("aud").asString("").equals(address + "/token")
            && issued <= now.getEpochSecond() + 60
            && ends > now.getEpochSecond()
            && ends - issued <= 3600
            // It would name a user to act for.
            && !claims.has("sub");
    if (!right) {
      return "invalid_grant";
    }
    return claims.path("scope").asString("").equals(SCOPE) ? "" : "invalid_scope";
  }

  private void answerExchange(HttpExchange exchange, Map<String, String> form) throws IOException {
    boolean right =
        "urn:ietf:params:oauth:grant-type:token-exchange".equals(form.get("grant_type"))
            && AUDIENCE.equals(form.get("audience"))
            && SCOPE.equals(form.get("scope"))
            && "urn:ietf:params:oauth:token-type:access_token"
                .equals(form.get("requested_token_type"))
            && "urn:ietf:params:oauth:token-type:jwt".equals(form.get("subject_token_type"));
    if (!right) {
      refuse(exchange, "invalid_request");
    } else if (!SUBJECT_TOKEN.equals(form.get("subject_token"))) {
      refuse(exchange, "invalid_grant");
    } else {
      give(exchange, issue("exchange"));
    }
  }

  private void answerSubject(HttpExchange exchange) throws IOException {
    boolean right = "True".equals(exchange.getRequestHeaders().getFirst("Metadata"));
    FakeProvider.send(
        exchange, right ? 200 : 400, "{\"id.token\":\"%s\"}".formatted(SUBJECT_TOKEN));
  }

  private void answerMetadata(HttpExchange exchange, String path) throws IOException {
    if (!"Google".equals(exchange.getRequestHeaders().getFirst("Metadata-Flavor"))) {
      FakeProvider.send(exchange, 403, "<html>Missing Metadata-Flavor:Google header.</html>");
      return;
    }
    if (flavored) {
      exchange.getResponseHeaders().set("Metadata-Flavor", "Google");
    }
    switch (path) {
      case "instance/service-accounts/default/token" -> give(exchange, issue("metadata"));
      case "project/project-id" -> FakeProvider.send(exchange, 200, "my-project");
      default -> FakeProvider.send(exchange, 404, "");
    }
  }

  private void answerImpersonation(HttpExchange exchange, String path, JsonNode input)
      throws IOException {
    boolean right =
        knows(exchange)
            && path.equals("/v1/projects/-/serviceAccounts/" + ACCOUNT + ":generateAccessToken")
            && input.path("scope").path(0).asString("").equals(SCOPE);
    if (!right) {
      FakeProvider.send(
          exchange,
          403,
          "{\"error\":{\"code\":403,\"message\":\"canary\",\"status\":\"PERMISSION_DENIED\"}}");
      return;
    }
    String token = issue("impersonation " + input.path("lifetime").asString(""));
    FakeProvider.send(
        exchange,
        200,
        "{\"accessToken\":\"%s\",\"expireTime\":\"2999-10-02T15:01:23Z\"}".formatted(token));
  }

  private static void give(HttpExchange exchange, String token) throws IOException {
    FakeProvider.send(
        exchange,
        200,
        "{\"access_token\":\"%s\",\"expires_in\":3599,\"token_type\":\"Bearer\"}".formatted(token));
  }

  private static void refuse(HttpExchange exchange, String code) throws IOException {
    FakeProvider.send(
        exchange, 400, "{\"error\":\"%s\",\"error_description\":\"canary\"}".formatted(code));
  }
}
