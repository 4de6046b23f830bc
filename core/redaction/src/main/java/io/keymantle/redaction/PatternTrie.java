package io.keymantle.redaction;

import java.util.Arrays;
import java.util.List;

/// An Aho-Corasick automaton over byte patterns, eight bytes a node.
///
/// Nodes are numbered in preorder of the sorted patterns, so a node's first child is the next
/// number and a run along a pattern reads memory in order; further children stand in a hash table.
/// A leaf is never a resting state: whoever enters it goes on to its failure link, so the depth of
/// a resting state is exactly the length of the longest end of the input that may still become a
/// match. The failure link of any other node is where to go on a byte that is none of its children:
/// links to nodes that could not take such a byte either are left out.
final class PatternTrie {
  static final int BYTE = 0xFF;

  /// A pattern ends here or at a shorter end of this path: see [#matched].
  static final int MATCH = 0x100;

  /// The node has children beside the first.
  static final int BRANCH = 0x200;

  /// The node has no children.
  static final int LEAF = 0x400;

  /// The node's depth is less than [PrefixTable#length], and stands at [#DEPTH_SHIFT]. The root is
  /// one.
  static final int SHALLOW = 0x800;

  static final int DEPTH_SHIFT = 12;

  /// Where in a node its failure link stands.
  static final int FAIL_SHIFT = 32;

  /// Per node: its byte, flags, depth if shallow, failure link. One more than there are.
  final long[] nodes;

  /// Where the paths stand after their first bytes.
  final PrefixTable prefixes;

  private final int[] roots = new int[256];
  private final LongIntTable branches;
  private final LongIntTable matches;

  /// Per pattern: its first own node, how much of its path others own, the last node of that part.
  private final int[] firsts;

  private final int[] shared;
  private final int[] parents;

  /// @param patterns distinct, in ascending order of their unsigned bytes, at least four bytes each
  PatternTrie(List<Pattern> patterns) {
    int count = patterns.size();
    firsts = new int[count];
    shared = new int[count];
    parents = new int[count];
    int total = 1;
    int shortest = Integer.MAX_VALUE;
    int longest = 0;
    for (int k = 0; k < count; k++) {
      byte[] bytes = patterns.get(k).bytes();
      int common = k == 0 ? 0 : Arrays.mismatch(bytes, patterns.get(k - 1).bytes());
      shared[k] = common;
      firsts[k] = total;
      total = Math.addExact(total, bytes.length - common);
      shortest = Math.min(shortest, bytes.length);
      longest = Math.max(longest, bytes.length);
    }
    nodes = new long[total + 1];
    branches = new LongIntTable(count);
    matches = new LongIntTable(count);
    prefixes = new PrefixTable(count, shortest);
    flag(0, SHALLOW);
    int[] path = new int[longest + 1];
    for (int k = 0; k < count; k++) {
      insert(k, patterns, path);
    }
    eachByDepth(patterns, this::link);
    eachByDepth(patterns, (node, parent, last) -> shorten(node));
  }

  /// Appends the pattern's own nodes.
  private void insert(int k, List<Pattern> patterns, int[] path) {
    byte[] bytes = patterns.get(k).bytes();
    int parent = path[shared[k]];
    parents[k] = parent;
    if (parent == 0) {
      roots[bytes[0] & BYTE] = firsts[k];
    } else if (firsts[k] != parent + 1) {
      branches.put(((long) parent << 8) | (bytes[shared[k]] & BYTE), firsts[k]);
      flag(parent, BRANCH);
    }
    for (int depth = shared[k], node = firsts[k]; depth < bytes.length; depth++, node++) {
      flag(node, bytes[depth] & BYTE);
      path[depth + 1] = node;
      if (depth + 1 < prefixes.length()) {
        flag(node, SHALLOW | ((depth + 1) << DEPTH_SHIFT));
      }
    }
    if (shared[k] < prefixes.length()) {
      prefixes.put(bytes, path[prefixes.length()]);
    }
    int end = path[bytes.length];
    flag(end, MATCH);
    matches.put(end, k);
    if (k + 1 == patterns.size() || shared[k + 1] < bytes.length) {
      flag(end, LEAF);
    }
  }

  private void flag(int node, int bits) {
    nodes[node] |= bits;
  }

  private boolean is(int node, int flag) {
    return (nodes[node] & flag) != 0;
  }

  private int fail(int node) {
    return (int) (nodes[node] >>> FAIL_SHIFT);
  }

  private void setFail(int node, int target) {
    nodes[node] = (nodes[node] & 0xFFFF_FFFFL) | ((long) target << FAIL_SHIFT);
  }

  private interface Visitor {
    void visit(int node, int parent, int lastByte);
  }

  /// Visits all nodes deeper than one, by depth: a failure link leads to a lesser depth.
  private void eachByDepth(List<Pattern> patterns, Visitor visitor) {
    int[] active = new int[firsts.length];
    Arrays.setAll(active, k -> k);
    int remaining = active.length;
    for (int depth = 2; remaining > 0; depth++) {
      int kept = 0;
      for (int i = 0; i < remaining; i++) {
        int k = active[i];
        byte[] bytes = patterns.get(k).bytes();
        if (bytes.length < depth) {
          continue;
        }
        active[kept++] = k;
        if (shared[k] < depth) {
          int node = firsts[k] + depth - shared[k] - 1;
          int parent = shared[k] == depth - 1 ? parents[k] : node - 1;
          visitor.visit(node, parent, bytes[depth - 1] & BYTE);
        }
      }
      remaining = kept;
    }
  }

  private void link(int node, int parent, int lastByte) {
    int target = step(fail(parent), lastByte);
    if (is(target, MATCH) && !is(node, MATCH)) {
      flag(node, MATCH);
      matches.put(node, matches.get(target));
    }
    setFail(node, is(target, LEAF) ? fail(target) : target);
  }

  /// Leaves out a link to a node whose only child is for a byte that this node has a child for.
  private void shorten(int node) {
    int target = fail(node);
    if (is(node, LEAF) || is(target, BRANCH | SHALLOW)) {
      return;
    }
    int taken = (int) nodes[target + 1] & BYTE;
    if (((int) nodes[node + 1] & BYTE) == taken || (is(node, BRANCH) && branch(node, taken) >= 0)) {
      setFail(node, fail(target));
    }
  }

  /// The state after one more byte; it may be a leaf, which is not to be rested in.
  int step(int from, int next) {
    for (int state = from; state != 0; state = fail(state)) {
      if (((int) nodes[state + 1] & BYTE) == next) {
        return state + 1;
      }
      int child = is(state, BRANCH) ? branch(state, next) : -1;
      if (child >= 0) {
        return child;
      }
    }
    return roots[next];
  }

  /// A child other than the first, or -1.
  int branch(int node, int next) {
    return branches.get(((long) node << 8) | next);
  }

  /// The longest pattern that ends at a node with the flag [#MATCH].
  int matched(int node) {
    return matches.get(node);
  }

  /// How many bytes lead from the root to the node.
  int depth(int node) {
    if (is(node, SHALLOW)) {
      return (int) nodes[node] >>> DEPTH_SHIFT;
    }
    int k = owner(node);
    return shared[k] + 1 + node - firsts[k];
  }

  private int owner(int node) {
    int found = Arrays.binarySearch(firsts, node);
    return found >= 0 ? found : -found - 2;
  }

  /// Fills the array with the bytes that lead to the node, from the given depth on.
  void path(int node, int from, byte[] target) {
    int at = node;
    while (at != 0) {
      int k = owner(at);
      int first = Math.max(shared[k], from);
      int last = Math.min(shared[k] + at - firsts[k], from + target.length - 1);
      for (int depth = first; depth <= last; depth++) {
        target[depth - from] = (byte) nodes[firsts[k] + depth - shared[k]];
      }
      at = shared[k] <= from ? 0 : parents[k];
    }
  }

  long memory() {
    return 8L * nodes.length
        + 12L * firsts.length
        + 4L * roots.length
        + branches.memory()
        + prefixes.memory()
        + matches.memory();
  }
}
