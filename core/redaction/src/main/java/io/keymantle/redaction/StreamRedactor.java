package io.keymantle.redaction;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/// Runs one stream through the filter and the trie.
///
/// Two ways through the input alternate. *Skipping* asks the [GramFilter] and touches few bytes. A
/// gram that passes makes it go back to where a pattern could have started and *walk* the
/// [PatternTrie] byte by byte until no prefix of two or more bytes is alive. When skipping does not
/// pay (crafted input), walks are made longer, so no byte is walked more than about once. Between
/// pieces the state of the trie is all that is kept: what is held back is the path to it.
final class StreamRedactor implements Redactor {
  /// Input that is not a plain heap buffer is copied through an array of this many bytes, which
  /// stays in the first-level cache.
  private static final int BLOCK = 16 * 1024;

  /// Skipping fewer bytes than this between two walks did not pay.
  private static final int WORTHWHILE = 48;

  private static final int LONGEST_WALK = 4096;

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
      at = walk(bytes, at, to, from + 1, base, input, sink);
    }
    while (at < to) {
      int start = state == 0 ? at : at - 1;
      int sample = filter.next(bytes, start, to);
      int until;
      if (sample > to - 8) {
        until = to;
      } else {
        burst = sample - start < WORTHWHILE ? Math.min(LONGEST_WALK, 2 * burst + 16) : 0;
        until = Math.min(to, sample + 8 + burst);
      }
      state = 0;
      at = walk(bytes, Math.max(start, sample - filter.reach()), to, until, base, input, sink);
    }
  }

  /// Walks until no long prefix is alive, but at least to `until`. Returns where it stopped.
  private int walk(
      byte[] bytes, int from, int to, int until, int base, ByteBuffer input, Sink sink) {
    char[] nodes = trie.nodes;
    int[] fails = trie.fails;
    int[] dense = trie.dense;
    int at = from;
    int node = state;
    int flags = nodes[node];
    while (at < to) {
      int next = bytes[at] & PatternTrie.BYTE;
      int child;
      if ((flags & PatternTrie.DENSE) != 0) {
        if (at >= until) {
          break;
        }
        child = dense[fails[node] + next];
      } else {
        child = node + 1;
        if ((nodes[child] & PatternTrie.BYTE) != next) {
          child = (flags & PatternTrie.BRANCH) != 0 ? trie.branch(node, next) : -1;
          if (child < 0) {
            node = fails[node];
            flags = nodes[node];
            continue;
          }
        }
      }
      at++;
      node = child;
      flags = nodes[node];
      if ((flags & PatternTrie.MATCH) != 0) {
        int found = trie.matched(node);
        if ((flags & PatternTrie.LEAF) != 0) {
          node = fails[node];
          flags = nodes[node];
        }
        writer.matched(found, at - base, trie.depth(node), input, sink);
      }
    }
    state = node;
    return at;
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
