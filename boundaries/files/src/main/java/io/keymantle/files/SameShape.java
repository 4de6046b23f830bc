package io.keymantle.files;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// Whether two texts hold the same values but for the stretches that were put in: the last look at
/// a restored text before it is written.
final class SameShape {
  private final Set<Integer> replaced = new HashSet<>();

  private SameShape(List<Splice> splices) {
    splices.forEach(splice -> replaced.add(splice.start()));
  }

  static boolean of(Node submitted, Node restored, List<Splice> splices) {
    return new SameShape(splices).same(submitted, restored);
  }

  private boolean same(Node a, Node b) {
    return switch (a) {
      case Node.Members one -> b instanceof Node.Members other && sameMembers(one, other);
      case Node.Elements one -> b instanceof Node.Elements other && sameElements(one, other);
      case Node.Text one ->
          replaced.contains(one.start())
              ? b instanceof Node.Text || b instanceof Node.Literal
              : b instanceof Node.Text other && one.value().equals(other.value());
      case Node.Literal one -> b instanceof Node.Literal other && one.token().equals(other.token());
    };
  }

  private boolean sameMembers(Node.Members one, Node.Members other) {
    if (one.members().size() != other.members().size()) {
      return false;
    }
    for (int i = 0; i < one.members().size(); i++) {
      Node.Member mine = one.members().get(i);
      Node.Member theirs = other.members().get(i);
      boolean sameKey = replaced.contains(mine.keyStart()) || mine.key().equals(theirs.key());
      if (!sameKey || !same(mine.value(), theirs.value())) {
        return false;
      }
    }
    return true;
  }

  private boolean sameElements(Node.Elements one, Node.Elements other) {
    if (one.elements().size() != other.elements().size()) {
      return false;
    }
    for (int i = 0; i < one.elements().size(); i++) {
      if (!same(one.elements().get(i), other.elements().get(i))) {
        return false;
      }
    }
    return true;
  }
}
