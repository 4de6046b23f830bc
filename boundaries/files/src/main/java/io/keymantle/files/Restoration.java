package io.keymantle.files;

import io.keymantle.domain.ErrorCode;
import io.keymantle.domain.RefusedException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;

/// Puts the secrets of a file back into a redacted text that a person has edited. One use.
///
/// Guarantees: a secret comes back only at the path where it stood, with elements of arrays matched
/// as [ElementMatch] does; a hidden comment line only within a comment. Everything else of the text
/// stays as it was typed. What cannot be told is refused with `sentinel_unresolved` and the path.
final class Restoration {
  private final RedactedConfiguration base;
  private final ConfigurationText submitted;
  private final List<Splice> splices = new ArrayList<>();

  private Restoration(RedactedConfiguration base, ConfigurationText submitted) {
    this.base = base;
    this.submitted = submitted;
  }

  /// @param base the file as it is now
  /// @throws RefusedException with `invalid_configuration` when the text is not JSON5,
  ///   `sentinel_unresolved` when a sentinel has no stored value
  static String of(RedactedConfiguration base, String text, SchemaFields schema) {
    Restoration restoration = new Restoration(base, ConfigurationText.parse(text));
    FieldPath root = FieldPath.root(schema);
    restoration.walk(restoration.submitted.root(), Optional.of(base.redacted().root()), root, root);
    restoration.restoreComments();
    return restoration.result();
  }

  private String result() {
    splices.sort(Comparator.comparingInt(Splice::start));
    String text = Splice.apply(submitted.text(), splices);
    if (!text.equals(submitted.text()) && !isWhole(text)) {
      throw RefusedException.of(
          ErrorCode.SENTINEL_UNRESOLVED,
          "a hidden comment would end its new comment early, or the file is too long with its"
              + " values",
          "put it back where it stood, or delete it");
    }
    return text;
  }

  /// Whether the restored text says what was submitted, but for what was put back.
  private boolean isWhole(String text) {
    try {
      return SameShape.of(submitted.root(), ConfigurationText.parse(text).root(), splices);
    } catch (RefusedException e) {
      return false;
    }
  }

  /// @param stored what stands at the path in the file, if anything
  /// @param from its path in the file, which differs from `path` where an element has moved
  private void walk(Node node, Optional<Node> stored, FieldPath path, FieldPath from) {
    switch (node) {
      case Node.Members members -> {
        requireSameReference(members, stored, path);
        members.members().forEach(member -> member(member, stored, path, from));
      }
      case Node.Elements elements -> elements(elements, stored, path, from);
      case Node.Text text -> text(text, stored, path, from);
      case Node.Literal _ -> {}
    }
  }

  private void member(
      Node.Member member, Optional<Node> stored, FieldPath parent, FieldPath parentFrom) {
    FieldPath path = parent.member(member.key());
    FieldPath from = parentFrom.member(member.key());
    Optional<Node> value =
        stored.flatMap(node ->
            node instanceof Node.Members members ? members.member(member.key()) : Optional.empty());
    String hidden = value.isPresent() ? base.keys().get(from.pointer()) : null;
    if (hidden != null) {
      splices.add(new Splice(member.keyStart(), member.keyEnd(), hidden));
    } else if (isSentinel(member.key())) {
      throw unresolved(path, "no key that was hidden stands there");
    }
    walk(member.value(), value, path, from);
  }

  private void elements(
      Node.Elements elements, Optional<Node> stored, FieldPath path, FieldPath from) {
    Node.Elements before =
        stored.orElse(null) instanceof Node.Elements found ? found : ElementMatch.NONE;
    ElementMatch match = new ElementMatch(elements, before);
    for (int i = 0; i < elements.elements().size(); i++) {
      Node element = elements.elements().get(i);
      if (!holdsSentinel(element)) {
        continue;
      }
      FieldPath place = path.element(i);
      int index = match.indexOf(i);
      if (index < 0) {
        throw unresolved(place, match.why(i));
      }
      walk(element, Optional.of(before.elements().get(index)), place, from.element(index));
    }
  }

  private void text(Node.Text text, Optional<Node> stored, FieldPath path, FieldPath from) {
    if (!isSentinel(text.value())) {
      return;
    }
    if (!text.value().equals(Sentinel.TEXT)) {
      throw unresolved(path, "a sentinel stands within other text");
    }
    String hidden = stored.isPresent() ? base.fields().get(from.pointer()) : null;
    if (hidden == null) {
      throw unresolved(path, "no value that was hidden is stored at this path");
    }
    splices.add(new Splice(text.start(), text.end(), hidden));
  }

  /// A reference's hidden id goes back only to the same source and provider.
  private static void requireSameReference(
      Node.Members members, Optional<Node> stored, FieldPath path) {
    boolean hidden = members.text("id").filter(Sentinel.TEXT::equals).isPresent();
    if (!hidden) {
      return;
    }
    Optional<SecretReference> before = stored.flatMap(SecretReference::in);
    Optional<SecretReference> now = SecretReference.in(members);
    boolean same =
        before.isEmpty() || now.filter(reference -> reference.sameOrigin(before.get())).isPresent();
    if (!same) {
      throw unresolved(
          path.member("id"),
          "the SecretRef's source or provider was changed while its id is hidden");
    }
  }

  private void restoreComments() {
    Set<String> seen = new HashSet<>();
    int plain = 0;
    for (ConfigurationText.Comment comment : submitted.comments()) {
      String content = submitted.slice(comment.start(), comment.end());
      plain += occurrences(content);
      Matcher marks = Sentinel.marks(content);
      while (marks.find()) {
        String hidden = base.comments().get(marks.group());
        if (hidden == null && base.original().text().contains(marks.group())) {
          continue;
        }
        if (hidden == null || !seen.add(marks.group())) {
          throw unresolved(
              comment,
              hidden == null
                  ? "no comment of this number was hidden"
                  : "a hidden comment stands twice");
        }
        splices.add(
            new Splice(comment.start() + marks.start(), comment.start() + marks.end(), hidden));
      }
    }
    refuseFieldsMadeComments(plain);
  }

  /// A field that was turned into a comment with its sentinel would lose its value for ever.
  private void refuseFieldsMadeComments(int now) {
    int before = 0;
    for (ConfigurationText.Comment comment : base.original().comments()) {
      before += occurrences(base.original().slice(comment.start(), comment.end()));
    }
    if (now > before) {
      throw RefusedException.of(
          ErrorCode.SENTINEL_UNRESOLVED,
          "a comment holds a sentinel: a field that becomes a comment loses its value",
          "delete the field, or keep it");
    }
  }

  private static int occurrences(String comment) {
    int count = 0;
    for (int at = comment.indexOf(Sentinel.TEXT); at >= 0; ) {
      count++;
      at = comment.indexOf(Sentinel.TEXT, at + Sentinel.TEXT.length());
    }
    return count;
  }

  private boolean holdsSentinel(Node node) {
    return switch (node) {
      case Node.Members members ->
          members.members().stream()
              .anyMatch(member -> isSentinel(member.key()) || holdsSentinel(member.value()));
      case Node.Elements elements -> elements.elements().stream().anyMatch(this::holdsSentinel);
      case Node.Text text -> isSentinel(text.value());
      case Node.Literal _ -> false;
    };
  }

  /// A mark that stood in the file before anything was hidden is ordinary text.
  private boolean isSentinel(String text) {
    return text.contains(Sentinel.TEXT)
        || Sentinel.marks(text)
            .results()
            .anyMatch(mark -> !base.original().text().contains(mark.group()));
  }

  private RefusedException unresolved(ConfigurationText.Comment comment, String why) {
    long line =
        1 + submitted.text().substring(0, comment.start()).chars().filter(c -> c == '\n').count();
    return RefusedException.of(
        ErrorCode.SENTINEL_UNRESOLVED,
        "line " + line + ": " + why,
        "put the comment back once where it stood, or delete it");
  }

  private static RefusedException unresolved(FieldPath path, String why) {
    return RefusedException.of(
        ErrorCode.SENTINEL_UNRESOLVED,
        path + ": " + why,
        "type the value there, write ${NAME}, or put the field back where it stood");
  }
}
