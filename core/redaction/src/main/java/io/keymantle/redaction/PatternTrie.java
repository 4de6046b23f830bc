package io.keymantle.redaction;

import java.util.Arrays;
import java.util.List;

/// An Aho-Corasick automaton over byte patterns, six bytes a node.
///
/// Nodes are numbered in preorder of the sorted patterns, so a node's first child is the next
/// number and a run along a pattern reads memory in order; further children stand in a hash table.
/// The root and its children have full rows of transitions (`dense`). A leaf is never a resting
/// state: whoever enters it goes on to its failure link, so the depth of a resting state is exactly
/// the length of the longest end of the input that may still become a match.
final class PatternTrie {
  static final int BYTE = 0xFF;

  /// A pattern ends here or at a shorter end of this path: see [#matched].
  static final int MATCH = 0x100;

  /// The node has children beside the first.
  static final int BRANCH = 0x200;

  /// The node has a row in `dense`; its failure entry is the row's offset.
  static final int DENSE = 0x400;

  /// The node has no children.
  static final int LEAF = 0x800;

  /// The node's depth is less than [PrefixTable#LENGTH], and stands at [#DEPTH_SHIFT].
  static final int SHALLOW = 0x1000;

  static final int DEPTH_SHIFT = 13;

  /// Per node: its byte and flags.
  final char[] nodes;

  /// Per node: the resting state of the longest proper end of its path; rows of dense nodes.
  final int[] fails;

  final int[] dense;

  /// Where the paths stand after their first bytes.
  final PrefixTable prefixes;

  private final LongIntTable branches;
  private final LongIntTable matches;

  /// Per pattern: its first own node, how much of its path others own, the last node of that part.
  private final int[] firsts;

  private final int[] shared;
  private final int[] parents;

  /// @param patterns distinct, in ascending order of their unsigned bytes, at least
  ///   [PrefixTable#LENGTH] bytes each
  PatternTrie(List<Pattern> patterns) {
    int count = patterns.size();
    firsts = new int[count];
    shared = new int[count];
    parents = new int[count];
    int total = 1;
    int most = 0;
    for (int k = 0; k < count; k++) {
      byte[] bytes = patterns.get(k).bytes();
      int common = k == 0 ? 0 : Arrays.mismatch(bytes, patterns.get(k - 1).bytes());
      shared[k] = common;
      firsts[k] = total;
      total = Math.addExact(total, bytes.length - common);
      most = Math.max(most, bytes.length);
    }
    nodes = new char[total + 1];
    fails = new int[total];
    branches = new LongIntTable(count);
    matches = new LongIntTable(count);
    prefixes = new PrefixTable(count);
    int[] path = new int[most + 1];
    int rows = 1;
    for (int k = 0; k < count; k++) {
      rows += insert(k, patterns, path);
    }
    dense = new int[256 * rows];
    makeDense(patterns);
    link(patterns);
  }

  /// Appends the pattern's own nodes. Returns how many new children of the root that makes.
  private int insert(int k, List<Pattern> patterns, int[] path) {
    byte[] bytes = patterns.get(k).bytes();
    int parent = path[shared[k]];
    parents[k] = parent;
    if (parent != 0 && firsts[k] != parent + 1) {
      branches.put(((long) parent << 8) | (bytes[shared[k]] & BYTE), firsts[k]);
      flag(parent, BRANCH);
    }
    for (int depth = shared[k], node = firsts[k]; depth < bytes.length; depth++, node++) {
      flag(node, bytes[depth] & BYTE);
      if (depth + 1 < PrefixTable.LENGTH) {
        flag(node, SHALLOW | ((depth + 1) << DEPTH_SHIFT));
      }
      path[depth + 1] = node;
    }
    if (shared[k] < PrefixTable.LENGTH) {
      prefixes.put(bytes, path[PrefixTable.LENGTH]);
    }
    int end = path[bytes.length];
    flag(end, MATCH);
    matches.put(end, k);
    if (k + 1 == patterns.size() || shared[k + 1] < bytes.length) {
      flag(end, LEAF);
    }
    return shared[k] == 0 ? 1 : 0;
  }

  private void flag(int node, int bits) {
    nodes[node] = (char) (nodes[node] | bits);
  }

  private void makeDense(List<Pattern> patterns) {
    flag(0, DENSE | SHALLOW);
    int row = 256;
    for (int k = 0; k < firsts.length; k++) {
      if (shared[k] == 0) {
        flag(firsts[k], DENSE);
        fails[firsts[k]] = row;
        dense[patterns.get(k).bytes()[0] & BYTE] = firsts[k];
        row += 256;
      }
    }
    for (int offset = 256; offset < dense.length; offset += 256) {
      System.arraycopy(dense, 0, dense, offset, 256);
    }
    int current = 0;
    for (int k = 0; k < firsts.length; k++) {
      current = shared[k] == 0 ? fails[firsts[k]] : current;
      if (shared[k] <= 1) {
        dense[current + (patterns.get(k).bytes()[1] & BYTE)] = firsts[k] + 1 - shared[k];
      }
    }
  }

  /// Sets the failure links, level by level, because a link leads to a lesser depth.
  private void link(List<Pattern> patterns) {
    int[] active = new int[firsts.length];
    int remaining = active.length;
    for (int k = 0; k < remaining; k++) {
      active[k] = k;
    }
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
          int from = (nodes[parent] & DENSE) != 0 ? 0 : fails[parent];
          int target = step(from, bytes[depth - 1] & BYTE);
          if ((nodes[target] & MATCH) != 0 && (nodes[node] & MATCH) == 0) {
            flag(node, MATCH);
            matches.put(node, matches.get(target));
          }
          fails[node] = (nodes[target] & LEAF) != 0 ? fails[target] : target;
        }
      }
      remaining = kept;
    }
  }

  /// The state after one more byte; it may be a leaf, which is not to be rested in.
  int step(int from, int next) {
    int state = from;
    while ((nodes[state] & DENSE) == 0) {
      if ((nodes[state + 1] & BYTE) == next) {
        return state + 1;
      }
      int child = (nodes[state] & BRANCH) != 0 ? branch(state, next) : -1;
      if (child >= 0) {
        return child;
      }
      state = fails[state];
    }
    return dense[fails[state] + next];
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
    if (node == 0) {
      return 0;
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
    return 2L * nodes.length
        + 4L * (fails.length + dense.length + 3L * firsts.length)
        + branches.memory()
        + prefixes.memory()
        + matches.memory();
  }
}
