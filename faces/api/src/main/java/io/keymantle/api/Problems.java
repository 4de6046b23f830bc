package io.keymantle.api;

import io.keymantle.domain.Problem;
import java.util.function.Consumer;
import tools.jackson.core.JsonGenerator;

/// Problems as `application/problem+json` (RFC 9457), docs/design.md §7.
final class Problems {
  static final String CONTENT_TYPE = "application/problem+json";

  private Problems() {}

  static ApiResponse response(Problem problem) {
    return new ApiResponse.Whole(problem.code().httpStatus(), CONTENT_TYPE, json(problem));
  }

  /// A problem with members of its own behind the usual ones.
  static ApiResponse response(Problem problem, Consumer<JsonGenerator> more) {
    return new ApiResponse.Whole(problem.code().httpStatus(), CONTENT_TYPE, json(problem, more));
  }

  static String json(Problem problem) {
    return json(problem, _ -> {});
  }

  private static String json(Problem problem, Consumer<JsonGenerator> more) {
    return JsonText.object(json -> {
      json.writeStringProperty("type", "about:blank");
      json.writeNumberProperty("status", problem.code().httpStatus());
      json.writeStringProperty("title", problem.code().text().replace('_', ' '));
      json.writeStringProperty("code", problem.code().text());
      problem.credential().ifPresent(name -> json.writeStringProperty("credential", name.value()));
      problem.approval().ifPresent(id -> json.writeStringProperty("approval", id.value()));
      json.writeStringProperty("message", problem.message());
      json.writeStringProperty("detail", problem.message());
      json.writeStringProperty("fix", problem.fix());
      more.accept(json);
    });
  }
}
