package io.keymantle.files;

import java.util.Optional;
import java.util.regex.Pattern;

/// The alias under which OpenClaw reads its own environment: `default`, or what the file says in
/// `secrets.defaults.env`.
final class EnvironmentProvider {
  private static final Pattern ALIAS = Pattern.compile("[a-z][a-z0-9_-]{0,63}");

  private EnvironmentProvider() {}

  static String of(RedactedConfiguration file) {
    return members(Optional.of(file.original().root()))
        .flatMap(root -> members(root.member("secrets")))
        .flatMap(secrets -> members(secrets.member("defaults")))
        .flatMap(defaults -> defaults.text("env"))
        .filter(alias -> ALIAS.matcher(alias).matches())
        .orElse("default");
  }

  private static Optional<Node.Members> members(Optional<Node> node) {
    return node.filter(Node.Members.class::isInstance).map(Node.Members.class::cast);
  }
}
