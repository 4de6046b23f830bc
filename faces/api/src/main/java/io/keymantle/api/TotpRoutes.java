package io.keymantle.api;

import io.keymantle.control.Actor;
import io.keymantle.control.FactorEnrolment;
import io.keymantle.control.FactorProof;
import io.keymantle.control.FactorStatus;
import io.keymantle.control.TotpSetup;
import io.keymantle.domain.Factor;
import java.io.IOException;
import java.util.List;

/// A person's own time-based codes and recovery codes. A new seed and new recovery codes are in the
/// answer to that person's session and nowhere else (docs/design.md §4).
final class TotpRoutes {
  private static final String DEFAULT_ALGORITHM = "SHA1";
  private static final long DEFAULT_DIGITS = 6;

  private final AdminRoutes admin;

  TotpRoutes(AdminRoutes admin) {
    this.admin = admin;
  }

  void addTo(RouteTable table) {
    table
        .add("GET", "/v1/me/totp", this::status)
        .add("POST", "/v1/me/totp", this::enrol)
        .add("POST", "/v1/me/totp/confirm", this::confirm)
        .add("DELETE", "/v1/me/totp", this::remove)
        .add("POST", "/v1/me/recovery-codes", this::newRecoveryCodes);
  }

  private FactorEnrolment enrolments() {
    return admin.broker().control().enrolments();
  }

  /// How the body proves that the person holds a factor: `code`, or `proof` with a passkey's
  /// answer.
  static FactorProof proof(JsonBody body) {
    if (body.has("code")) {
      return new FactorProof.ByCode(body.text("code"));
    }
    if (body.has("proof")) {
      JsonBody passkey = body.object("proof", "challenge", "assertion");
      return new FactorProof.ByPasskey(
          passkey.required("challenge"), passkey.required("assertion"));
    }
    return new FactorProof.None();
  }

  private ApiResponse status(ApiRequest request, String unused) {
    FactorStatus status = enrolments().status(admin.anybody(request).personName());
    return ApiResponse.ok(
        JsonText.object(json -> {
          json.writeBooleanProperty("active", status.active().contains(Factor.TOTP));
          json.writeBooleanProperty("confirming", status.confirming());
          json.writeBooleanProperty("disabled", status.disabled().contains(Factor.TOTP));
          status
              .lockedUntil()
              .ifPresent(until -> json.writeStringProperty("lockedUntil", until.toString()));
          json.writeNumberProperty("recoveryCodes", status.recoveryCodes());
        }));
  }

  private ApiResponse enrol(ApiRequest request, String unused) throws IOException {
    Actor.Person person = admin.anybody(request);
    JsonBody body = JsonBody.read(request, "algorithm", "digits", "code", "proof");
    String algorithm = body.has("algorithm") ? body.text("algorithm") : DEFAULT_ALGORITHM;
    long digits = body.number("digits", DEFAULT_DIGITS);
    TotpSetup setup =
        enrolments().enrolTotp(person, algorithm, (int) Math.min(digits, 99), proof(body));
    return ApiResponse.json(
        201,
        JsonText.object(json -> {
          json.writeStringProperty("enrolment", setup.enrolment());
          json.writeStringProperty("uri", setup.uri());
          json.writeStringProperty("secret", setup.secret());
          JsonText.texts(json, "qr", setup.qr());
        }));
  }

  private ApiResponse confirm(ApiRequest request, String unused) throws IOException {
    Actor.Person person = admin.anybody(request);
    JsonBody body = JsonBody.read(request, "code");
    return recoveryCodes(enrolments().confirmTotp(person, body.required("code")));
  }

  private ApiResponse remove(ApiRequest request, String unused) throws IOException {
    Actor.Person person = admin.anybody(request);
    enrolments().removeTotp(person, proof(JsonBody.read(request, "code", "proof")));
    return ApiResponse.ok("{\"removed\":true}");
  }

  private ApiResponse newRecoveryCodes(ApiRequest request, String unused) throws IOException {
    Actor.Person person = admin.anybody(request);
    FactorProof proof = proof(JsonBody.read(request, "code", "proof"));
    return recoveryCodes(enrolments().newRecoveryCodes(person, proof));
  }

  private static ApiResponse recoveryCodes(List<String> codes) {
    return ApiResponse.ok(JsonText.object(json -> JsonText.texts(json, "recoveryCodes", codes)));
  }
}
