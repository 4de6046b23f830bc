package io.keymantle.api;

import io.keymantle.domain.ErrorCode;
import io.keymantle.domain.RefusedException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/// Routes by method and path. A segment in braces takes any one segment of the characters that
/// names and ids have.
final class RouteTable {
  private final List<Route> routes = new ArrayList<>();

  /// One route.
  ///
  /// @param pattern such as `/v1/credentials/{name}`
  record Route(String method, String pattern, Answer answer) {
    @Override
    public String toString() {
      return method + " " + pattern;
    }
  }

  /// Answers a request of a route.
  @FunctionalInterface
  interface Answer {
    /// @param argument what stood in the pattern's braces; empty when it has none
    ApiResponse to(ApiRequest request, String argument) throws IOException;
  }

  RouteTable add(String method, String pattern, Answer answer) {
    routes.add(new Route(method, pattern, answer));
    return this;
  }

  List<Route> routes() {
    return List.copyOf(routes);
  }

  /// @throws RefusedException with `not_found`, or `method_not_allowed` when the path has others
  ApiResponse answer(ApiRequest request) throws IOException {
    TreeSet<String> others = new TreeSet<>();
    for (Route route : routes) {
      Optional<String> argument = match(route.pattern(), request.path());
      if (argument.isPresent()) {
        if (route.method().equals(request.method())) {
          return route.answer().to(request, argument.get());
        }
        others.add(route.method());
      }
    }
    if (others.isEmpty()) {
      throw RefusedException.of(
          ErrorCode.NOT_FOUND, "there is no such path", "see docs/reference/openapi.yaml");
    }
    throw RefusedException.of(
        ErrorCode.METHOD_NOT_ALLOWED,
        "the path does not take this method",
        "use " + String.join(" or ", others));
  }

  private static Optional<String> match(String pattern, String path) {
    int brace = pattern.indexOf('{');
    if (brace < 0) {
      return pattern.equals(path) ? Optional.of("") : Optional.empty();
    }
    String tail = pattern.substring(pattern.indexOf('}') + 1);
    if (path.length() <= brace + tail.length()
        || !path.startsWith(pattern.substring(0, brace))
        || !path.endsWith(tail)) {
      return Optional.empty();
    }
    String argument = path.substring(brace, path.length() - tail.length());
    return argument.chars().allMatch(RouteTable::isNameCharacter)
        ? Optional.of(argument)
        : Optional.empty();
  }

  private static boolean isNameCharacter(int c) {
    return (c >= 'a' && c <= 'z')
        || (c >= 'A' && c <= 'Z')
        || (c >= '0' && c <= '9')
        || c == '.'
        || c == '_'
        || c == '-';
  }
}
