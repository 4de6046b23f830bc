package io.keymantle.redaction;

import java.util.Arrays;
import java.util.List;

/// An Aho-Corasick automaton over byte patterns, about five bytes a node.
///
/// Nodes are numbered in preorder of the sorted patterns, so a node's first child is the next
/// number, and a run along a pattern compares eight bytes at a time; further children stand in a
/// hash table. A leaf is never a resting state: whoever enters it goes on to its failure link, so
/// the depth of a resting state is exactly the length of the longest end of the input that may
/// still become a match. The failure link of any other node is where to go on a byte that is none
/// of its children: links to nodes that could not take such a byte either are left out.
final class PatternTrie {
  static final int BYTE = 0xFF;

  /// In a link: the node has children beside the first.
  static final int BRANCH = 1 << 31;

  /// In a link: the node that it leads to.
  static final int TARGET = (1 << 27) - 1;

  /// In a link, after the shift: the target's depth if less than [PrefixTable#length] (at most
  /// [PrefixTable#LONGEST]), or [#DEEP].
  static final int DEPTH_SHIFT = 27;

  static final int DEEP = 15;

  /// Per node: its byte. Padded for reads of eight.
  final byte[] labels;

  /// Per node: the failure link.
  final int[] links;

  /// Per node, four bits: the depth of the failure link's target, or [#DEEP] when that is deep or
  /// the node has children beside the first. Enough for most failures, and an eighth of the links.
  private final byte[] shallows;

  /// Where the paths stand after their first bytes.
  final PrefixTable prefixes;

  /// Per node, one bit: a pattern ends here or at a shorter end of this path.
  private final long[] ends;

  private final int[] roots = new int[256];
  private final LongIntTable branches;

  /// Per word of these: how many bits are set before it.
  private final int[] ranks;

  /// Per node with that bit, in order: twice the longest such pattern, plus one for a leaf.
  private final int[] matches;

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
    if (total > TARGET) {
      throw new IllegalArgumentException("too many secret values to redact in one set");
    }
    labels = new byte[total + 16];
    links = new int[total];
    ends = new long[total / 64 + 2];
    branches = new LongIntTable(count);
    LongIntTable found = new LongIntTable(count);
    int looked = Math.min(shortest, PrefixTable.LONGEST);
    int beginnings = (int) Arrays.stream(shared).filter(each -> each < looked).count();
    prefixes = new PrefixTable(count, beginnings, shortest);
    byte[] depths = new byte[total];
    int[] path = new int[longest + 1];
    for (int k = 0; k < count; k++) {
      insert(k, patterns, path, depths, found);
    }
    eachByDepth(patterns, (node, parent, last) -> link(node, parent, last, depths, found));
    ranks = new int[ends.length];
    matches = matches(found);
    eachByDepth(patterns, (node, parent, last) -> shorten(node));
    shallows = shallows(links);
  }

  private static byte[] shallows(int[] links) {
    byte[] shallows = new byte[links.length / 2 + 1];
    for (int node = 0; node < links.length; node++) {
      int depth = links[node] < 0 ? DEEP : linkDepth(links[node]);
      shallows[node >>> 1] |= (byte) (depth << (4 * (node & 1)));
    }
    return shallows;
  }

  /// Appends the pattern's own nodes.
  private void insert(
      int k, List<Pattern> patterns, int[] path, byte[] depths, LongIntTable found) {
    byte[] bytes = patterns.get(k).bytes();
    int parent = path[shared[k]];
    parents[k] = parent;
    if (parent == 0) {
      roots[bytes[0] & BYTE] = firsts[k];
    } else if (firsts[k] != parent + 1) {
      branches.put(((long) parent << 8) | (bytes[shared[k]] & BYTE), firsts[k]);
      links[parent] |= BRANCH;
    }
    for (int depth = shared[k], node = firsts[k]; depth < bytes.length; depth++, node++) {
      labels[node] = bytes[depth];
      depths[node] = (byte) (depth + 1 < prefixes.length() ? depth + 1 : DEEP);
      path[depth + 1] = node;
    }
    prefixes.put(bytes, path[prefixes.length()]);
    boolean leaf = k + 1 == patterns.size() || shared[k + 1] < bytes.length;
    ends(path[bytes.length], 2 * k + (leaf ? 1 : 0), found);
  }

  private void ends(int node, int match, LongIntTable found) {
    ends[node >>> 6] |= 1L << node;
    found.put(node, match);
  }

  private int[] matches(LongIntTable found) {
    int size = 0;
    for (int word = 0; word < ends.length; word++) {
      ranks[word] = size;
      size += Long.bitCount(ends[word]);
    }
    int[] all = new int[size];
    for (int word = 0, rank = 0; word < ends.length; word++) {
      for (long left = ends[word]; left != 0; left &= left - 1) {
        all[rank++] = found.get(64L * word + Long.numberOfTrailingZeros(left));
      }
    }
    return all;
  }

  private int fail(int node) {
    return links[node] & TARGET;
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

  private void link(int node, int parent, int lastByte, byte[] depths, LongIntTable found) {
    int target = step(fail(parent), lastByte);
    if (isEnd(target)) {
      int match = found.get(target);
      if (!isEnd(node)) {
        ends(node, match & ~1, found);
      }
      target = (match & 1) != 0 ? fail(target) : target;
    }
    links[node] |= target | (depths[target] << DEPTH_SHIFT);
  }

  /// Leaves out a link to a node whose only child is for a byte that this node has a child for.
  private void shorten(int node) {
    int target = fail(node);
    boolean shallow = linkDepth(links[node]) != DEEP;
    if (shallow || links[target] < 0 || isLeaf(node)) {
      return;
    }
    int taken = labels[target + 1] & BYTE;
    if ((labels[node + 1] & BYTE) == taken || (links[node] < 0 && branch(node, taken) >= 0)) {
      links[node] = (links[node] & BRANCH) | (links[target] & ~BRANCH);
    }
  }

  /// The state after one more byte; it may be a leaf, which is not to be rested in.
  int step(int from, int next) {
    for (int state = from; state != 0; state = fail(state)) {
      if ((labels[state + 1] & BYTE) == next) {
        return state + 1;
      }
      int child = links[state] < 0 ? branch(state, next) : -1;
      if (child >= 0) {
        return child;
      }
    }
    return roots[next];
  }

  /// The depth of the link's target if less than [PrefixTable#length], or [#DEEP].
  static int linkDepth(int link) {
    return (link >>> DEPTH_SHIFT) & DEEP;
  }

  /// The depth that the node's link leads to; [#DEEP] when only [#links] tells.
  int shallow(int node) {
    return (shallows[node >>> 1] >>> (4 * (node & 1))) & DEEP;
  }

  /// A child other than the first, or -1.
  int branch(int node, int next) {
    return branches.get(((long) node << 8) | next);
  }

  /// True when a pattern ends at the node or at a shorter end of its path.
  boolean isEnd(int node) {
    return ((ends[node >>> 6] >>> node) & 1) != 0;
  }

  /// For the node and the seven numbers after it, from the lowest bit: [#isEnd].
  int areEnds(int node) {
    int word = node >>> 6;
    long bits = ends[word] >>> node;
    int present = 64 - (node & 63);
    return (int) (present < 8 ? bits | (ends[word + 1] << present) : bits) & BYTE;
  }

  private boolean isLeaf(int node) {
    return isEnd(node) && (match(node) & 1) != 0;
  }

  /// Of a node where [#isEnd]: twice the longest pattern that ends there, plus one for a leaf.
  int match(int node) {
    int word = node >>> 6;
    return matches[ranks[word] + Long.bitCount(ends[word] & ((1L << node) - 1))];
  }

  /// How many bytes lead from the root to the node.
  int depth(int node) {
    if (node == 0) {
      return 0;
    }
    if (roots[labels[node] & BYTE] == node) {
      return 1;
    }
    int k = owner(node);
    return shared[k] + 1 + node - firsts[k];
  }

  private int owner(int node) {
    int found = Arrays.binarySearch(firsts, node);
    return found >= 0 ? found : -found - 2;
  }

  long memory() {
    return labels.length
        + shallows.length
        + 4L * links.length
        + 8L * ends.length
        + 12L * firsts.length
        + 4L * roots.length
        + branches.memory()
        + prefixes.memory()
        + 4L * ranks.length
        + 4L * matches.length;
  }
}
