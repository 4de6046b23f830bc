package io.keymantle.files;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Which fields two versions of a file differ in, by path; never by what value.
final class FieldChanges {
  private FieldChanges() {}

  /// Paths with what happened there, such as `models.default changed`, in the order of the file.
  static List<String> between(RedactedConfiguration before, RedactedConfiguration after) {
    Map<String, Leaf> old = leaves(before);
    Map<String, Leaf> fresh = leaves(after);
    List<String> changes = new ArrayList<>();
    fresh.forEach((pointer, leaf) -> {
      Leaf was = old.get(pointer);
      if (was == null) {
        changes.add(leaf.path() + " added");
      } else if (!was.value().equals(leaf.value())) {
        changes.add(leaf.path() + " changed");
      }
    });
    old.forEach((pointer, leaf) -> {
      if (!fresh.containsKey(pointer)) {
        changes.add(leaf.path() + " removed");
      }
    });
    return changes;
  }

  /// @param value as it is written in the file where it is hidden
  private record Leaf(String path, String value) {
    @Override
    public String toString() {
      return path;
    }
  }

  private static Map<String, Leaf> leaves(RedactedConfiguration file) {
    Map<String, Leaf> leaves = new LinkedHashMap<>();
    collect(file, file.redacted().root(), FieldPath.root(SchemaFields.NONE), leaves);
    return leaves;
  }

  private static void collect(
      RedactedConfiguration file, Node node, FieldPath path, Map<String, Leaf> leaves) {
    switch (node) {
      case Node.Members members -> {
        leaves.put(path.pointer() + " {}", new Leaf(path.toString(), "object"));
        members
            .members()
            .forEach(member -> collect(file, member.value(), path.member(member.key()), leaves));
      }
      case Node.Elements elements -> {
        leaves.put(path.pointer() + " []", new Leaf(path.toString(), "array"));
        int index = 0;
        for (Node element : elements.elements()) {
          collect(file, element, path.element(index++), leaves);
        }
      }
      case Node.Text text -> leaf(file, path, "text " + text.value(), leaves);
      case Node.Literal literal -> leaf(file, path, literal.token(), leaves);
    }
  }

  private static void leaf(
      RedactedConfiguration file, FieldPath path, String shown, Map<String, Leaf> leaves) {
    String hidden = file.fields().get(path.pointer());
    leaves.put(
        path.pointer(), new Leaf(path.toString(), hidden == null ? shown : "hidden " + hidden));
  }
}
