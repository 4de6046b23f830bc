package io.keymantle.gateway;

import io.keymantle.domain.ErrorCode;
import io.keymantle.domain.NetworkBinding;
import io.keymantle.domain.RefusedException;
import java.util.Locale;
import java.util.Set;

/// What makes some servers take another method or path than the request line's, and paths that they
/// read in more than one way: where a binding, or a rule that asks people, judges either of them,
/// such a request is refused. A `_method` in a body is not seen: bodies stream.
final class SteeringFields {
  private static final Set<String> OF_METHOD =
      Set.of("x-http-method-override", "x-http-method", "x-method-override", "x-original-method");
  private static final Set<String> OF_PATH =
      Set.of(
          "x-original-url",
          "x-original-uri",
          "x-rewrite-url",
          "x-forwarded-uri",
          "x-forwarded-path",
          "x-forwarded-prefix");
  private static final String METHOD_PARAMETER = "_method";

  private SteeringFields() {}

  /// @throws RefusedException with `method_not_allowed`, `path_not_allowed` or `ambiguous_request`
  static void check(RequestHead head, Substitution.Use use) {
    NetworkBinding binding = use.binding();
    boolean methods = !binding.methods().isEmpty() || use.grant().asksByMethod();
    boolean paths = !binding.paths().isEmpty() || use.grant().asksByPath();
    if (!methods && !paths) {
      return;
    }
    if (paths && CanonicalTarget.isAmbiguous(head.path())) {
      throw Refusals.ambiguous(
          "the path holds encoded or empty segments, and the binding judges paths");
    }
    for (int i = 0; i < head.fields().size(); i++) {
      // Some servers cannot tell `_` from `-`.
      String name = head.fields().name(i).replace('_', '-');
      if (methods && OF_METHOD.contains(name)) {
        throw refused(use, ErrorCode.METHOD_NOT_ALLOWED, "header " + name);
      }
      if (paths && OF_PATH.contains(name)) {
        throw refused(use, ErrorCode.PATH_NOT_ALLOWED, "header " + name);
      }
    }
    String query = head.query();
    if (methods && query != null && query.toLowerCase(Locale.ROOT).contains(METHOD_PARAMETER)) {
      throw refused(use, ErrorCode.METHOD_NOT_ALLOWED, "query parameter " + METHOD_PARAMETER);
    }
  }

  private static RefusedException refused(Substitution.Use use, ErrorCode code, String what) {
    return RefusedException.about(
        use.grant().credential(),
        code,
        "the "
            + what
            + " can make the service take another method or path than the one that the binding of "
            + use.grant().credential()
            + " allows",
        "leave the " + what + " out");
  }
}
