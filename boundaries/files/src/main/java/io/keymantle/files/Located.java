package io.keymantle.files;

import java.util.Optional;

/// A value and its path.
record Located(Node node, FieldPath path) {
  /// The value at an RFC 6901 pointer, if there is one.
  static Optional<Located> at(Node root, String pointer, SchemaFields schema) {
    return find(new Located(root, FieldPath.root(schema)), pointer);
  }

  private static Optional<Located> find(Located here, String pointer) {
    String reached = here.path().pointer();
    if (pointer.equals(reached)) {
      return Optional.of(here);
    }
    if (!pointer.startsWith(reached + "/")) {
      return Optional.empty();
    }
    return switch (here.node()) {
      case Node.Members members ->
          members.members().stream()
              .map(member -> new Located(member.value(), here.path().member(member.key())))
              .flatMap(next -> find(next, pointer).stream())
              .findFirst();
      case Node.Elements elements -> {
        int index = 0;
        for (Node element : elements.elements()) {
          Optional<Located> found =
              find(new Located(element, here.path().element(index++)), pointer);
          if (found.isPresent()) {
            yield found;
          }
        }
        yield Optional.empty();
      }
      case Node.Text _, Node.Literal _ -> Optional.empty();
    };
  }
}
