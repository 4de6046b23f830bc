package io.keymantle.files;

import java.util.List;
import java.util.Optional;

/// A value in the text of an openclaw.json, with where it stands: from `start` to before `end`.
///
/// Guarantees: `toString` shows no text of the file.
sealed interface Node {
  int start();

  int end();

  /// An object; its keys are unique, in the order of the text.
  record Members(int start, int end, List<Member> members) implements Node {
    Optional<Node> member(String key) {
      for (Member each : members) {
        if (each.key().equals(key)) {
          return Optional.of(each.value());
        }
      }
      return Optional.empty();
    }

    /// The text of a member that is a string.
    Optional<String> text(String key) {
      return member(key).map(node -> node instanceof Text text ? text.value() : null);
    }

    @Override
    public String toString() {
      return "[members]";
    }
  }

  /// An array.
  record Elements(int start, int end, List<Node> elements) implements Node {
    @Override
    public String toString() {
      return "[elements]";
    }
  }

  /// A string, without its quotes and escapes.
  record Text(int start, int end, String value) implements Node {
    @Override
    public String toString() {
      return "[text]";
    }
  }

  /// A number, `true`, `false` or `null`, as it is written.
  record Literal(int start, int end, String token) implements Node {
    boolean isNumber() {
      return !token.equals("true") && !token.equals("false") && !token.equals("null");
    }

    @Override
    public String toString() {
      return "[literal]";
    }
  }

  /// A key and its value.
  record Member(int keyStart, int keyEnd, String key, Node value) {
    @Override
    public String toString() {
      return "[member]";
    }
  }
}
