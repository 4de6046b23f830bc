package io.keymantle.api;

import io.keymantle.control.Actor;
import io.keymantle.control.Durations;
import io.keymantle.control.ServiceTokens;
import io.keymantle.control.StoredToken;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import tools.jackson.core.JsonGenerator;

/// Tokens of services.
final class TokenRoutes {
  private static final Duration OVERLAP = Duration.ofHours(1);

  private final AdminRoutes admin;

  TokenRoutes(AdminRoutes admin) {
    this.admin = admin;
  }

  void addTo(RouteTable table) {
    table
        .add("GET", "/v1/tokens", this::list)
        .add("POST", "/v1/tokens", this::create)
        .add("POST", "/v1/tokens/{name}/rotate", this::rotate)
        .add("DELETE", "/v1/tokens/{name}", this::revoke);
  }

  private ServiceTokens tokens() {
    return admin.broker().control().tokens();
  }

  private ApiResponse list(ApiRequest request, String unused) {
    admin.owner(request);
    Set<String> due = new LinkedHashSet<>(tokens().due());
    return ApiResponse.ok(
        JsonText.list(
            "tokens",
            tokens().list(),
            (json, each) -> {
              write(json, each);
              json.writeBooleanProperty("rotationDue", due.contains(each.name()));
              json.writeNumberProperty("valid", tokens().count(each.name()));
            }));
  }

  private ApiResponse create(ApiRequest request, String unused) throws IOException {
    Actor.Person person = admin.owner(request);
    JsonBody body = JsonBody.read(request, "name", "scope", "expiresAfter", "rotateEvery");
    Set<String> scopes = new LinkedHashSet<>();
    Arrays.stream(body.required("scope").split("[, ]+"))
        .filter(each -> !each.isEmpty())
        .forEach(scopes::add);
    return made(
        tokens()
            .create(
                person,
                body.required("name"),
                scopes,
                duration(body, "expiresAfter"),
                duration(body, "rotateEvery")));
  }

  private ApiResponse rotate(ApiRequest request, String name) throws IOException {
    Actor.Person person = admin.owner(request);
    JsonBody body = JsonBody.read(request, "overlap");
    Duration overlap =
        body.text("overlap").equals("0s")
            ? Duration.ZERO
            : duration(body, "overlap").orElse(OVERLAP);
    return made(tokens().rotate(person, name, overlap));
  }

  private ApiResponse revoke(ApiRequest request, String name) {
    tokens().revoke(admin.owner(request), name);
    return ApiResponse.ok("{\"revoked\":true}");
  }

  private static Optional<Duration> duration(JsonBody body, String name) {
    return body.has(name) ? Optional.of(Durations.parse(body.text(name))) : Optional.empty();
  }

  private static ApiResponse made(ServiceTokens.Made made) {
    return ApiResponse.json(
        201,
        JsonText.object(json -> {
          write(json, made.stored());
          json.writeStringProperty("token", made.token());
        }));
  }

  /// What a token is, without it.
  static void write(JsonGenerator json, StoredToken token) {
    json.writeStringProperty("name", token.name());
    JsonText.texts(json, "scope", token.scopes());
    json.writeStringProperty("createdAt", token.createdAt().toString());
    token
        .expiresAt()
        .map(Instant::toString)
        .ifPresent(end -> json.writeStringProperty("expiresAt", end));
    token
        .rotateEvery()
        .map(Durations::text)
        .ifPresent(every -> json.writeStringProperty("rotateEvery", every));
  }
}
