package io.keymantle.api;

import io.keymantle.control.Actor;
import io.keymantle.control.NewInvitation;
import io.keymantle.control.People;
import io.keymantle.domain.Person;
import io.keymantle.domain.PersonName;
import io.keymantle.domain.Role;
import java.io.IOException;
import tools.jackson.core.JsonGenerator;

/// The people of a home, as its owners see them.
final class PeopleRoutes {
  private final AdminRoutes admin;

  PeopleRoutes(AdminRoutes admin) {
    this.admin = admin;
  }

  void addTo(RouteTable table) {
    table
        .add("GET", "/v1/people", this::list)
        .add("POST", "/v1/people", this::add)
        .add("PATCH", "/v1/people/{name}", this::role)
        .add("DELETE", "/v1/people/{name}", this::remove)
        .add("POST", "/v1/people/{name}/reset", this::reset);
  }

  private People people() {
    return admin.broker().control().people();
  }

  private ApiResponse list(ApiRequest request, String unused) {
    admin.owner(request);
    return ApiResponse.ok(JsonText.list("people", people().list(), this::person));
  }

  private void person(JsonGenerator json, Person person) {
    json.writeStringProperty("name", person.name().value());
    json.writeStringProperty("role", person.role().toString());
    json.writeStringProperty("createdAt", person.createdAt().toString());
    json.writeBooleanProperty("disabled", person.disabled());
    json.writeBooleanProperty("invited", people().isInvited(person.name()));
    JsonText.texts(json, "factors", people().factors(person.name()).stream().sorted().toList());
    person.lastLoginAt().ifPresent(at -> json.writeStringProperty("lastLoginAt", at.toString()));
    people()
        .lockedUntil(person.name())
        .ifPresent(at -> json.writeStringProperty("lockedUntil", at.toString()));
  }

  private ApiResponse add(ApiRequest request, String unused) throws IOException {
    Actor.Person actor = admin.owner(request);
    JsonBody body = JsonBody.read(request, "name", "role");
    PersonName name = new PersonName(body.required("name"));
    return invited(people().add(actor, name, Role.parse(body.required("role"))));
  }

  private ApiResponse role(ApiRequest request, String name) throws IOException {
    Actor.Person actor = admin.owner(request);
    Role role = Role.parse(JsonBody.read(request, "role").required("role"));
    Person changed = people().changeRole(actor, new PersonName(name), role);
    return ApiResponse.ok(JsonText.object(json -> person(json, changed)));
  }

  private ApiResponse remove(ApiRequest request, String name) {
    Actor.Person actor = admin.owner(request);
    people().remove(actor, new PersonName(name));
    return ApiResponse.ok("{\"removed\":true}");
  }

  private ApiResponse reset(ApiRequest request, String name) {
    Actor.Person actor = admin.owner(request);
    return invited(people().reset(actor, new PersonName(name)));
  }

  /// An invitation with its token, shown once.
  private static ApiResponse invited(NewInvitation made) {
    return ApiResponse.json(
        201,
        JsonText.object(json -> {
          json.writeStringProperty("name", made.name().value());
          json.writeStringProperty("role", made.role().toString());
          json.writeStringProperty("setup", made.token());
          json.writeStringProperty("expiresAt", made.expiresAt().toString());
        }));
  }
}
