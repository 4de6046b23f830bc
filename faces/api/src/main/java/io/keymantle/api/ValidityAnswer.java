package io.keymantle.api;

import io.keymantle.control.Validity;
import io.keymantle.domain.Grant;
import io.keymantle.domain.Problem;

/// The answer to `POST /v1/grants/validate`.
final class ValidityAnswer {
  private ValidityAnswer() {}

  static ApiResponse of(Validity validity) {
    return ApiResponse.ok(
        JsonText.object(json -> {
          switch (validity) {
            case Validity.Valid(Grant grant) -> {
              json.writeBooleanProperty("valid", true);
              json.writeStringProperty("credential", grant.credential().value());
              json.writeStringProperty("grant", grant.id().value());
              json.writeStringProperty("expiresAt", grant.expiresAt().toString());
            }
            case Validity.Invalid(Problem problem) -> {
              json.writeBooleanProperty("valid", false);
              json.writeStringProperty("code", problem.code().text());
              problem
                  .credential()
                  .ifPresent(name -> json.writeStringProperty("credential", name.value()));
              json.writeStringProperty("message", problem.message());
              json.writeStringProperty("fix", problem.fix());
            }
          }
        }));
  }
}
