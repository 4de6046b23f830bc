package io.keymantle.redaction;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/// Runs one stream through the filter and the trie.
///
/// Two ways through the input alternate. *Skipping* asks the [GramFilter] and touches few bytes. A
/// gram that passes makes it go back to where a pattern could have started, and from there *look*
/// at every place for the first bytes of a pattern ([PrefixTable]); from those it walks the
/// [PatternTrie] byte by byte. When skipping does not pay (crafted input), it looks further each
/// time, so no byte is looked at or walked over more than about once. Between pieces the state of
/// the trie is all that is kept: what is held back is the path to it.
final class StreamRedactor implements Redactor {
  /// Input that is not a plain heap buffer is copied through an array of this many bytes, which
  /// stays in the first-level cache.
  private static final int BLOCK = 16 * 1024;

  /// Skipping fewer bytes than this before a look did not pay.
  private static final int WORTHWHILE = 48;

  private static final int LONGEST_LOOK = 4096;

  private final PatternTrie trie;
  private final GramFilter filter;
  private final MaskWriter writer;
  private byte @Nullable [] block;

  /// The trie's state; never a leaf.
  private int state;

  private int burst;

  StreamRedactor(CompiledSet compiled) {
    trie = compiled.trie();
    filter = compiled.filter();
    writer = new MaskWriter(compiled);
  }

  @Override
  public void update(ByteBuffer input, Sink sink) {
    int length = input.remaining();
    if (length == 0) {
      return;
    }
    writer.begin(input, state);
    if (input.hasArray()) {
      int from = input.arrayOffset() + input.position();
      scan(input.array(), from, from + length, from, input, sink);
    } else {
      byte[] copy = block == null ? new byte[BLOCK] : block;
      block = copy;
      for (int done = 0; done < length; done += BLOCK) {
        int size = Math.min(BLOCK, length - done);
        input.get(input.position() + done, copy, 0, size);
        scan(copy, 0, size, -done, input, sink);
      }
    }
    writer.end(length, trie.depth(state), input, sink);
    input.position(input.limit());
  }

  /// Takes the state over the bytes; `base` is the index of the piece's first byte.
  private void scan(byte[] bytes, int from, int to, int base, ByteBuffer input, Sink sink) {
    int at = from;
    if (state != 0) {
      at = resume(bytes, from, to, base, input, sink);
    }
    while (at < to) {
      int sample = filter.next(bytes, at, to);
      int until;
      if (sample > to - 8) {
        until = to;
      } else {
        burst = sample - at < WORTHWHILE ? Math.min(LONGEST_LOOK, 2 * burst + 16) : 0;
        until = Math.min(to, sample + 8 + burst);
      }
      at = look(bytes, Math.max(at, sample - filter.reach()), to, until, base, input, sink);
    }
  }

  /// Goes on from the state that the bytes before `from` left, until nothing that started before
  /// `from` is alive. Returns where to look for beginnings next.
  private int resume(byte[] bytes, int from, int to, int base, ByteBuffer input, Sink sink) {
    int at = from;
    while (at < to) {
      int flags = (int) trie.nodes[state];
      if ((flags & PatternTrie.SHALLOW) == 0) {
        at = walk(bytes, at, to, base, input, sink);
        if (at == to) {
          return to;
        }
        flags = (int) trie.nodes[state];
      }
      int start = at - (flags >>> PatternTrie.DEPTH_SHIFT);
      if (start >= from) {
        state = 0;
        return start;
      }
      enter(trie.step(state, bytes[at++] & PatternTrie.BYTE), at - base, input, sink);
    }
    return to;
  }

  /// Looks for beginnings of patterns from `from` on, and walks along them, up to `until` at least.
  /// Nothing that started before `from` is alive. Returns where to go on.
  private int look(
      byte[] bytes, int from, int to, int until, int base, ByteBuffer input, Sink sink) {
    int last = Math.min(until, to - PrefixTable.LONGEST + 1);
    int start = from;
    while (true) {
      start = trie.prefixes.next(bytes, start, last);
      if (start >= last) {
        break;
      }
      int node = trie.prefixes.node(bytes, start);
      if (node < 0) {
        start++;
        continue;
      }
      int at = start + trie.prefixes.length();
      enter(node, at - base, input, sink);
      if ((trie.nodes[state] & PatternTrie.SHALLOW) == 0) {
        at = walk(bytes, at, to, base, input, sink);
        if (at == to) {
          return to;
        }
      }
      start = at - ((int) trie.nodes[state] >>> PatternTrie.DEPTH_SHIFT);
    }
    state = 0;
    if (start >= until) {
      return start;
    }
    start = trie.prefixes.nextShort(bytes, start, to - PrefixTable.SHORTEST + 1);
    while (start < to) {
      enter(trie.step(state, bytes[start++] & PatternTrie.BYTE), start - base, input, sink);
    }
    return to;
  }

  /// Walks on from a state that is not shallow until it is, or to the end. Returns how far it came.
  private int walk(byte[] bytes, int from, int to, int base, ByteBuffer input, Sink sink) {
    long[] nodes = trie.nodes;
    int at = from;
    int node = state;
    long record = nodes[node];
    while (at < to) {
      int next = bytes[at] & PatternTrie.BYTE;
      int child = node + 1;
      long below = nodes[child];
      if (((int) below & PatternTrie.BYTE) != next) {
        child = (record & PatternTrie.BRANCH) != 0 ? trie.branch(node, next) : -1;
        if (child < 0) {
          node = (int) (record >>> PatternTrie.FAIL_SHIFT);
          record = nodes[node];
          if ((record & PatternTrie.SHALLOW) != 0) {
            break;
          }
          continue;
        }
        below = nodes[child];
      }
      at++;
      node = child;
      record = below;
      if ((record & PatternTrie.MATCH) != 0) {
        enter(node, at - base, input, sink);
        node = state;
        record = nodes[node];
        if ((record & PatternTrie.SHALLOW) != 0) {
          break;
        }
      }
    }
    state = node;
    return at;
  }

  /// Rests in the node that the bytes up to `end` led to.
  private void enter(int node, int end, ByteBuffer input, Sink sink) {
    state = node;
    long record = trie.nodes[node];
    if ((record & PatternTrie.MATCH) != 0) {
      if ((record & PatternTrie.LEAF) != 0) {
        state = (int) (record >>> PatternTrie.FAIL_SHIFT);
      }
      writer.matched(trie.matched(node), end, trie.depth(state), input, sink);
    }
  }

  @Override
  public void finish(Sink sink) {
    ByteBuffer nothing = ByteBuffer.allocate(0);
    writer.begin(nothing, state);
    writer.end(0, 0, nothing, sink);
    writer.reset();
    state = 0;
    burst = 0;
  }

  @Override
  public long hits() {
    return writer.hits();
  }

  @Override
  public int held() {
    return writer.held();
  }

  @Override
  public String toString() {
    return "[redactor]";
  }
}
