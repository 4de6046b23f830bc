package io.keymantle.api;

import io.keymantle.control.Actor;
import io.keymantle.control.SourceCodec;
import io.keymantle.control.SourceConnection;
import io.keymantle.control.SourceHealth;
import io.keymantle.control.Sources;
import io.keymantle.domain.SourceReference;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import tools.jackson.core.JsonGenerator;

/// Sources outside the home. What they log in with is named, never shown.
final class SourceRoutes {
  private final AdminRoutes admin;

  SourceRoutes(AdminRoutes admin) {
    this.admin = admin;
  }

  void addTo(RouteTable table) {
    table
        .add("GET", "/v1/sources", this::list)
        .add("GET", "/v1/sources/{name}", this::show)
        .add("PUT", "/v1/sources/{name}", this::set)
        .add("DELETE", "/v1/sources/{name}", this::remove)
        .add("POST", "/v1/sources/{name}/test", this::test)
        .add("GET", "/v1/sources/{name}/items", this::browse);
  }

  private Sources sources() {
    return admin.broker().control().sources();
  }

  /// All that credentials can name, with how each has been.
  private ApiResponse list(ApiRequest request, String unused) {
    admin.approver(request);
    Map<String, SourceConnection> connected =
        sources().list().stream()
            .collect(Collectors.toMap(SourceConnection::scheme, Function.identity()));
    Map<String, SourceHealth> health =
        sources().health().stream()
            .collect(Collectors.toMap(SourceHealth::scheme, Function.identity()));
    return ApiResponse.ok(
        JsonText.list(
            "sources",
            sources().schemes(),
            (json, scheme) -> {
              json.writeStringProperty("name", scheme);
              SourceConnection connection = connected.get(scheme);
              json.writeStringProperty("kind", connection == null ? scheme : connection.kind());
              json.writeBooleanProperty("builtIn", connection == null);
              health(json, health.getOrDefault(scheme, SourceHealth.unread(scheme)));
            }));
  }

  private static void health(JsonGenerator json, SourceHealth health) {
    json.writeNumberProperty("reads", health.reads());
    json.writeNumberProperty("failures", health.failures());
    json.writeObjectPropertyStart("failuresByCode");
    health.failuresByCode().forEach(json::writeNumberProperty);
    json.writeEndObject();
    json.writeStringProperty("lastFailure", health.lastFailure());
    json.writeNumberProperty("averageMillis", millis(health.average()));
    json.writeNumberProperty("slowestMillis", millis(health.slowest()));
    json.writeBooleanProperty("resting", health.resting());
  }

  private static double millis(Duration time) {
    return Math.round(time.toNanos() / 1e4) / 100.0;
  }

  private ApiResponse show(ApiRequest request, String name) {
    admin.owner(request);
    return answer(sources().show(name));
  }

  private ApiResponse set(ApiRequest request, String name) throws IOException {
    Actor.Person person = admin.owner(request);
    SourceConnection connection =
        SourceCodec.read(name, JsonBody.text(request.body(), JsonBody.LIMIT));
    sources().set(person, connection);
    return answer(connection);
  }

  private static ApiResponse answer(SourceConnection connection) {
    return ApiResponse.ok(
        JsonText.object(json -> {
          json.writeStringProperty("name", connection.scheme());
          SourceCodec.writeFields(json, connection);
        }));
  }

  private ApiResponse remove(ApiRequest request, String name) {
    sources().remove(admin.owner(request), name);
    return ApiResponse.ok("{\"removed\":true}");
  }

  private ApiResponse test(ApiRequest request, String name) {
    admin.owner(request);
    sources().test(name);
    return ApiResponse.ok("{\"reachable\":true}");
  }

  /// Names only.
  private ApiResponse browse(ApiRequest request, String name) {
    admin.owner(request);
    String under = request.query().getOrDefault("under", "");
    return ApiResponse.ok(
        JsonText.object(json ->
            JsonText.texts(
                json,
                "items",
                sources().browse(name, under).stream().map(SourceReference::toString).toList())));
  }
}
