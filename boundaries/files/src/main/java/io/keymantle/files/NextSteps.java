package io.keymantle.files;

import io.keymantle.domain.CredentialName;
import java.net.URI;
import java.util.List;
import java.util.Optional;

/// What is left to do after a secret has moved to the store, as commands.
final class NextSteps {
  private NextSteps() {}

  /// @param destination where the credential may go, if the file tells
  static List<String> of(
      Protection as, CredentialName name, String variable, Optional<String> destination) {
    String where = destination.orElse("https://HOST");
    String bound = "keymantle credential set " + name + " --destination " + where;
    return switch (as) {
      case ENV, REF ->
          List.of(
              bound + " --agents AGENT",
              "keymantle run --agent AGENT --credential "
                  + name
                  + "="
                  + variable
                  + " -- openclaw gateway run");
      case TOKEN ->
          List.of(
              bound + " --inject always --format bearer --agents AGENT",
              "keymantle run --agent AGENT --credential " + name + " -- openclaw gateway run");
    };
  }

  /// The origin of the `baseUrl` or `url` of the object that the field is in.
  static Optional<String> destination(RedactedConfiguration file, FieldPath path) {
    String pointer = path.pointer();
    while (pointer.lastIndexOf('/') > 0) {
      pointer = pointer.substring(0, pointer.lastIndexOf('/'));
      Optional<String> found =
          Located.at(file.redacted().root(), pointer, SchemaFields.NONE)
              .flatMap(at ->
                  at.node() instanceof Node.Members members ? url(members) : Optional.empty());
      if (found.isPresent()) {
        return found;
      }
    }
    return Optional.empty();
  }

  private static Optional<String> url(Node.Members members) {
    return members.text("baseUrl").or(() -> members.text("url")).flatMap(NextSteps::origin);
  }

  private static Optional<String> origin(String url) {
    try {
      URI uri = URI.create(url);
      if (uri.getHost() == null || uri.getScheme() == null || !uri.getScheme().matches("https?")) {
        return Optional.empty();
      }
      String port = uri.getPort() < 0 ? "" : ":" + uri.getPort();
      return Optional.of(uri.getScheme() + "://" + uri.getHost() + port);
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }
}
