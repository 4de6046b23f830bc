package io.keymantle.files;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Which element of a stored array an element of the edited one is: the one of the same `id` where
/// ids are unique, else the one at the same index.
///
/// OpenClaw takes an index as it is, and so gives the secret of a deleted element to the one that
/// moved up. Here an index counts only while the element reads at least as much like the stored one
/// of its index as like any other; where the array has another length, more than like any other.
/// Elements whose ids repeat count only unchanged.
final class ElementMatch {
  /// What stands where there was no array.
  static final Node.Elements NONE = new Node.Elements(0, 0, List.of());

  /// Longer arrays are not compared each with each: there an element counts only unchanged.
  private static final int LONGEST_COMPARED = 400;

  private final List<Node> now;
  private final List<Node> before;
  private final Map<String, Integer> idsNow;
  private final Map<String, Integer> idsBefore;
  private final IdentityHashMap<Node, Set<String>> leaves = new IdentityHashMap<>();

  ElementMatch(Node.Elements now, Node.Elements before) {
    this.now = now.elements();
    this.before = before.elements();
    this.idsNow = countIds(this.now);
    this.idsBefore = countIds(this.before);
  }

  /// The index in the stored array, or -1 when it cannot be told.
  int indexOf(int i) {
    Optional<String> id = id(now.get(i));
    if (id.isPresent()) {
      return byId(i, id.get());
    }
    boolean inPlace = i < before.size() && id(before.get(i)).isEmpty();
    return inPlace && readsLikeItsOwn(i) ? i : -1;
  }

  private int byId(int i, String id) {
    int stored = idsBefore.getOrDefault(id, 0);
    if (stored == 1 && idsNow.getOrDefault(id, 0) == 1) {
      for (int at = 0; at < before.size(); at++) {
        if (id(before.get(at)).filter(id::equals).isPresent()) {
          return at;
        }
      }
    }
    boolean unchanged =
        stored > 1
            && now.size() == before.size()
            && leaves(now.get(i)).equals(leaves(before.get(i)));
    return unchanged ? i : -1;
  }

  private boolean readsLikeItsOwn(int i) {
    Set<String> mine = leaves(now.get(i));
    Set<String> own = leaves(before.get(i));
    boolean sameLength = now.size() == before.size();
    if (before.size() > LONGEST_COMPARED) {
      return sameLength && mine.equals(own);
    }
    int likeOwn = common(mine, own);
    for (int other = 0; other < before.size(); other++) {
      int likeOther = other == i ? -1 : common(mine, leaves(before.get(other)));
      if (likeOther > likeOwn || (likeOther == likeOwn && !sameLength)) {
        return false;
      }
    }
    return true;
  }

  /// Why [#indexOf] could not tell.
  String why(int i) {
    Optional<String> id = id(now.get(i));
    if (id.isEmpty()) {
      return "which stored element this is cannot be told, for it has no id and the array was"
          + " changed";
    }
    return idsBefore.containsKey(id.get())
        ? "the element's id is not unique in the array"
        : "no stored element has this id";
  }

  private static Map<String, Integer> countIds(List<Node> elements) {
    Map<String, Integer> count = new HashMap<>();
    for (Node each : elements) {
      id(each).ifPresent(id -> count.merge(id, 1, Integer::sum));
    }
    return count;
  }

  private static Optional<String> id(Node element) {
    if (!(element instanceof Node.Members members)) {
      return Optional.empty();
    }
    return switch (members.member("id").orElse(NONE)) {
      case Node.Text text when !text.value().isEmpty() && !text.value().equals(Sentinel.TEXT) ->
          Optional.of("text " + text.value());
      case Node.Literal literal when literal.isNumber() -> Optional.of("number " + literal.token());
      case Node.Text _, Node.Literal _, Node.Members _, Node.Elements _ -> Optional.empty();
    };
  }

  private Set<String> leaves(Node node) {
    return leaves.computeIfAbsent(
        node,
        each -> {
          List<String> found = new ArrayList<>();
          collect(each, "", found);
          return new HashSet<>(found);
        });
  }

  private static void collect(Node node, String path, List<String> found) {
    switch (node) {
      case Node.Members members -> {
        found.add(path + " object");
        members
            .members()
            .forEach(member -> collect(member.value(), path + "/" + member.key(), found));
      }
      case Node.Elements elements -> {
        found.add(path + " array of " + elements.elements().size());
        int index = 0;
        for (Node each : elements.elements()) {
          collect(each, path + "/" + index++, found);
        }
      }
      case Node.Text text -> found.add(path + " \"" + text.value());
      case Node.Literal literal -> found.add(path + " " + literal.token());
    }
  }

  private static int common(Set<String> a, Set<String> b) {
    int count = 0;
    for (String each : a) {
      count += b.contains(each) ? 1 : 0;
    }
    return count;
  }
}
