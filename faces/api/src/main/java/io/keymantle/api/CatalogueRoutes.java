package io.keymantle.api;

import io.keymantle.control.Actor;
import io.keymantle.control.Catalogue;
import io.keymantle.control.CredentialCodec;
import io.keymantle.control.CredentialSpec;
import io.keymantle.control.Registration;
import io.keymantle.domain.Credential;
import io.keymantle.domain.CredentialName;
import io.keymantle.intake.SealedValue;
import java.io.IOException;

/// The catalogue of credentials.
final class CatalogueRoutes {
  private final AdminRoutes admin;

  CatalogueRoutes(AdminRoutes admin) {
    this.admin = admin;
  }

  void addTo(RouteTable table) {
    table
        .add("GET", "/v1/credentials", this::list)
        .add("POST", "/v1/credentials", this::add)
        .add("GET", "/v1/credentials/{name}", this::show)
        .add("PUT", "/v1/credentials/{name}", this::replace)
        .add("PATCH", "/v1/credentials/{name}", this::change)
        .add("DELETE", "/v1/credentials/{name}", this::remove)
        .add("POST", "/v1/credentials/{name}/value", this::rotate);
  }

  private Catalogue catalogue() {
    return admin.broker().control().catalogue();
  }

  private ApiResponse list(ApiRequest request, String unused) {
    admin.approver(request);
    return ApiResponse.ok(JsonText.list("credentials", catalogue().list(), Views::credential));
  }

  private ApiResponse add(ApiRequest request, String unused) throws IOException {
    Actor.Person person = admin.owner(request);
    Registration registration = Registration.parse(JsonBody.text(request.body(), JsonBody.LIMIT));
    Credential added =
        registration
            .value()
            .map(value -> catalogue().add(person, registration.spec(), value))
            .orElseGet(() -> catalogue().add(person, registration.spec()));
    return answer(201, added);
  }

  /// Answers with exactly the shape that an import takes.
  private ApiResponse show(ApiRequest request, String name) {
    admin.approver(request);
    Credential credential = catalogue().show(new CredentialName(name));
    return ApiResponse.ok(CredentialCodec.text(CredentialSpec.of(credential)));
  }

  private ApiResponse replace(ApiRequest request, String name) throws IOException {
    Actor.Person person = admin.owner(request);
    String text = JsonBody.text(request.body(), JsonBody.LIMIT);
    CredentialSpec spec = CredentialCodec.read(new CredentialName(name), text);
    return answer(200, catalogue().set(person, spec));
  }

  private ApiResponse change(ApiRequest request, String name) throws IOException {
    Actor.Person person = admin.owner(request);
    CredentialChange change = CredentialChange.parse(JsonBody.text(request.body(), JsonBody.LIMIT));
    return answer(200, catalogue().change(person, new CredentialName(name), change::applyTo));
  }

  private ApiResponse remove(ApiRequest request, String name) {
    Actor.Person person = admin.owner(request);
    catalogue().remove(person, new CredentialName(name));
    return ApiResponse.ok("{\"removed\":true}");
  }

  private ApiResponse rotate(ApiRequest request, String name) throws IOException {
    Actor.Person person = admin.owner(request);
    JsonBody body = JsonBody.read(request, "sealed");
    SealedValue value = SealedValue.parse(body.required("sealed"));
    return answer(200, catalogue().rotate(person, new CredentialName(name), value));
  }

  private static ApiResponse answer(int status, Credential credential) {
    return ApiResponse.json(status, JsonText.object(json -> Views.credential(json, credential)));
  }
}
