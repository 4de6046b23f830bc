package io.keymantle.api;

import io.keymantle.control.Actor;
import io.keymantle.control.FactorEnrolment;
import io.keymantle.control.Passkey;
import io.keymantle.control.PasskeyChallenge;
import java.io.IOException;
import tools.jackson.core.JsonGenerator;

/// A person's own passkeys, and the challenges that they answer. What a browser's
/// `PublicKeyCredential.toJSON` gives comes as one string.
final class PasskeyRoutes {
  private final AdminRoutes admin;

  PasskeyRoutes(AdminRoutes admin) {
    this.admin = admin;
  }

  void addTo(RouteTable table) {
    table
        .add("POST", "/v1/passkey-challenges", this::challenge)
        .add("GET", "/v1/me/passkeys", this::list)
        .add("POST", "/v1/me/passkeys", this::add)
        .add("DELETE", "/v1/me/passkeys/{id}", this::remove);
  }

  private FactorEnrolment enrolments() {
    return admin.broker().control().enrolments();
  }

  private ApiResponse challenge(ApiRequest request, String unused) throws IOException {
    JsonBody body = JsonBody.read(request, "purpose");
    return switch (body.required("purpose")) {
      // Without a session: it is how one is opened.
      case "login" -> answer(admin.broker().control().factors().loginChallenge());
      case "register" -> answer(enrolments().registration(admin.anybody(request)));
      case "proof" -> answer(enrolments().proofChallenge(admin.anybody(request)));
      default -> throw JsonBody.invalid("there is no such purpose", "use login, register or proof");
    };
  }

  /// A challenge as every route gives it.
  static ApiResponse answer(PasskeyChallenge challenge) {
    return ApiResponse.json(
        201,
        JsonText.object(json -> {
          json.writeStringProperty("challenge", challenge.id());
          json.writeName("options");
          json.writeRawValue(challenge.options());
        }));
  }

  private ApiResponse list(ApiRequest request, String unused) {
    Actor.Person person = admin.anybody(request);
    return ApiResponse.ok(
        JsonText.list(
            "passkeys", enrolments().passkeys(person.personName()), PasskeyRoutes::passkey));
  }

  private static void passkey(JsonGenerator json, Passkey passkey) {
    json.writeStringProperty("id", passkey.id());
    json.writeStringProperty("label", passkey.label());
    json.writeBooleanProperty("backupEligible", passkey.backupEligible());
    json.writeBooleanProperty("disabled", passkey.disabled());
    json.writeStringProperty("createdAt", passkey.createdAt().toString());
    passkey.usedAt().ifPresent(at -> json.writeStringProperty("usedAt", at.toString()));
  }

  private ApiResponse add(ApiRequest request, String unused) throws IOException {
    Actor.Person person = admin.anybody(request);
    JsonBody body = JsonBody.read(request, "challenge", "attestation", "label", "code", "proof");
    Passkey added =
        enrolments()
            .addPasskey(
                person,
                body.required("challenge"),
                body.required("attestation"),
                body.required("label"),
                TotpRoutes.proof(body));
    return ApiResponse.json(201, JsonText.object(json -> passkey(json, added)));
  }

  private ApiResponse remove(ApiRequest request, String id) throws IOException {
    Actor.Person person = admin.anybody(request);
    enrolments()
        .removePasskey(person, id, TotpRoutes.proof(JsonBody.read(request, "code", "proof")));
    return ApiResponse.ok("{\"removed\":true}");
  }
}
