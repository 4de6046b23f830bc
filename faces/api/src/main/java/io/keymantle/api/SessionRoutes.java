package io.keymantle.api;

import io.keymantle.control.Actor;
import io.keymantle.control.PersonSession;
import io.keymantle.control.PersonSessions;
import io.keymantle.control.SessionKind;
import io.keymantle.domain.PersonName;
import io.keymantle.domain.Role;
import java.io.IOException;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import tools.jackson.core.JsonGenerator;

/// How people come in and go: log-in, invitation, password, log-out.
final class SessionRoutes {
  private final AdminRoutes admin;

  SessionRoutes(AdminRoutes admin) {
    this.admin = admin;
  }

  void addTo(RouteTable table) {
    table
        .add("POST", "/v1/sessions", this::logIn)
        .add("GET", "/v1/sessions/current", this::current)
        .add("DELETE", "/v1/sessions/current", this::logOut)
        .add("POST", "/v1/setup", this::setUp)
        .add("POST", "/v1/me/password", this::changePassword);
  }

  private PersonSessions sessions() {
    return admin.broker().control().sessions();
  }

  private ApiResponse logIn(ApiRequest request, String unused) throws IOException {
    Optional<PersonSession> session = open(logInBody(request), SessionKind.COMMAND_LINE);
    return session.map(this::answer).orElseGet(SessionRoutes::unsealed);
  }

  static JsonBody logInBody(ApiRequest request) throws IOException {
    return JsonBody.read(
        request, "passphrase", "name", "password", "code", "challenge", "assertion");
  }

  /// The passphrase has opened a home in which people log in by name.
  static ApiResponse unsealed() {
    return ApiResponse.ok("{\"unsealed\":true,\"people\":true}");
  }

  /// Opens a session by what the body proves; a sealed home is opened on the way.
  ///
  /// @return empty when the passphrase has opened a home in which people log in by name
  Optional<PersonSession> open(JsonBody body, SessionKind kind) {
    if (body.has("passphrase")) {
      return withText(
          body.required("passphrase"),
          passphrase -> {
            boolean unsealed = admin.broker().unseal(passphrase);
            return unsealed && admin.broker().control().people().exist()
                ? Optional.<PersonSession>empty()
                : Optional.of(sessions().open(passphrase, kind));
          });
    }
    if (body.has("assertion")) {
      return Optional.of(
          sessions().logInByPasskey(body.required("challenge"), body.required("assertion"), kind));
    }
    String name = body.required("name");
    String code = body.text("code");
    return withText(
        body.required("password"),
        password -> Optional.of(sessions().logIn(name, password, code, kind)));
  }

  private ApiResponse setUp(ApiRequest request, String unused) throws IOException {
    return answer(setUp(request, SessionKind.COMMAND_LINE));
  }

  PersonSession setUp(ApiRequest request, SessionKind kind) throws IOException {
    JsonBody body = JsonBody.read(request, "invitation", "password", "name");
    String invitation = body.required("invitation");
    Optional<PersonName> name =
        body.has("name") ? Optional.of(new PersonName(body.text("name"))) : Optional.empty();
    return withText(
        body.required("password"), password -> sessions().setUp(invitation, password, name, kind));
  }

  private ApiResponse changePassword(ApiRequest request, String unused) throws IOException {
    return answer(changePassword(request));
  }

  PersonSession changePassword(ApiRequest request) throws IOException {
    admin.anybody(request);
    JsonBody body = JsonBody.read(request, "current", "new");
    return withText(
        body.required("current"),
        current ->
            withText(
                body.required("new"),
                next -> sessions().changePassword(request.bearer(), current, next)));
  }

  private ApiResponse current(ApiRequest request, String unused) {
    Actor.Person person = admin.anybody(request);
    Optional<Instant> expiresAt = sessions().expiresAt(request.bearer());
    return ApiResponse.ok(
        JsonText.object(json -> {
          who(json, person);
          expiresAt.ifPresent(at -> json.writeStringProperty("expiresAt", at.toString()));
        }));
  }

  private ApiResponse logOut(ApiRequest request, String unused) {
    admin.anybody(request);
    sessions().close(request.bearer());
    return ApiResponse.ok("{\"loggedOut\":true}");
  }

  private ApiResponse answer(PersonSession session) {
    return ApiResponse.json(
        201,
        JsonText.object(json -> {
          json.writeStringProperty("token", session.token());
          json.writeStringProperty("expiresAt", session.expiresAt().toString());
          who(json, session.person());
        }));
  }

  /// Who somebody is, and what they should know now that they are here.
  void who(JsonGenerator json, Actor.Person person) {
    json.writeStringProperty("person", person.name());
    json.writeStringProperty("role", person.role().toString());
    JsonText.texts(
        json,
        "factors",
        admin.broker().control().people().factors(new PersonName(person.name())).stream()
            .sorted()
            .toList());
    json.writeNumberProperty(
        "totpDigits",
        admin.broker().control().enrolments().status(new PersonName(person.name())).totpDigits());
    JsonText.texts(
        json, "warnings", person.role() == Role.OWNER ? admin.broker().warnings() : List.of());
  }

  @FunctionalInterface
  private interface Work<T> {
    T with(char[] text);
  }

  private static <T> T withText(String text, Work<T> work) {
    char[] typed = text.toCharArray();
    try {
      return work.with(typed);
    } finally {
      Arrays.fill(typed, '\0');
    }
  }
}
