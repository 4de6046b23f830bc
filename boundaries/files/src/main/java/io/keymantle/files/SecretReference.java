package io.keymantle.files;

import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/// OpenClaw's SecretRef: `{source, provider, id}`, which names a secret and holds none. Redaction
/// shows source and provider and hides the id, as OpenClaw's does.
record SecretReference(String source, Optional<String> provider, Node id) {
  private static final Set<String> SOURCES = Set.of("env", "file", "exec", "store");
  private static final Set<String> KEYS = Set.of("source", "provider", "id");
  private static final Pattern PROVIDER = Pattern.compile("[a-z][a-z0-9_-]{0,63}");

  /// Reads an object as a SecretRef, if it is one.
  static Optional<SecretReference> in(Node node) {
    if (!(node instanceof Node.Members members)
        || !members.members().stream().allMatch(each -> KEYS.contains(each.key()))) {
      return Optional.empty();
    }
    Optional<String> source = members.text("source").filter(SOURCES::contains);
    Optional<Node> id = members.member("id").filter(Node.Text.class::isInstance);
    Optional<String> provider = members.text("provider");
    boolean plain =
        members.member("provider").isEmpty()
            || provider.filter(text -> PROVIDER.matcher(text).matches()).isPresent();
    return source.isPresent() && id.isPresent() && plain
        ? Optional.of(new SecretReference(source.get(), provider, id.get()))
        : Optional.empty();
  }

  boolean sameOrigin(SecretReference other) {
    return source.equals(other.source) && provider.equals(other.provider);
  }

  @Override
  public String toString() {
    return "[secret reference]";
  }
}
