package io.keymantle.redaction;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/// Runs one stream through the filter and the trie.
///
/// Two ways through the input alternate. *Skipping* asks the [GramFilter] and touches few bytes. A
/// gram that passes makes it go back to where a pattern could have started, and from there *look*
/// at every place for the first bytes of a pattern ([PrefixTable]); from those it walks the
/// [PatternTrie] byte by byte. When skipping does not pay (crafted input), it looks further each
/// time, so no byte is looked at or walked over more than about once. What crafted input costs then
/// is cache misses and unforeseen branches: see [PrefixTable] and [PatternTrie#shallow].
final class StreamRedactor implements Redactor {
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

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

  /// The trie's state; never a leaf. After a walk that left nothing long alive, the node whose link
  /// leads to the state, until [#rest]: mostly it need not be known, and a link is a cache miss.
  private int state;

  /// After such a walk: the depth of the state. Else [PatternTrie#DEEP].
  private int shallow;

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
    writer.begin(input);
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
    int alive = trie.depth(state);
    while (true) {
      if (alive >= trie.prefixes.length()) {
        at = walk(bytes, at, to, base, input, sink);
        alive = shallow;
        rest();
      }
      if (at == to) {
        return to;
      }
      if (at - alive >= from) {
        state = 0;
        return at - alive;
      }
      int next = HexCase.fold(bytes[at++]) & PatternTrie.BYTE;
      enter(trie.step(state, next), at - base, input, sink);
      rest();
      alive = trie.depth(state);
    }
  }

  /// Looks for beginnings of patterns from `from` on, and walks along them, up to `until` at least.
  /// Nothing that started before `from` is alive. Returns where to go on.
  private int look(
      byte[] bytes, int from, int to, int until, int base, ByteBuffer input, Sink sink) {
    PrefixTable prefixes = trie.prefixes;
    int last = Math.min(until, to - prefixes.reads() + 1);
    int start = from;
    while (true) {
      start = prefixes.next(bytes, start, last, to);
      if (start >= last) {
        break;
      }
      int node = prefixes.node(bytes, start);
      if (node < 0) {
        start++;
        continue;
      }
      int at = start + prefixes.length();
      enter(node, at - base, input, sink);
      if (shallow == PatternTrie.DEEP) {
        at = walk(bytes, at, to, base, input, sink);
      }
      if (at == to) {
        rest();
        return to;
      }
      start = at - shallow;
    }
    state = 0;
    if (start >= until) {
      return start;
    }
    start = prefixes.nextShort(bytes, start, to - PrefixTable.SHORTEST + 1);
    while (start < to) {
      int next = HexCase.fold(bytes[start++]) & PatternTrie.BYTE;
      enter(trie.step(state, next), start - base, input, sink);
      rest();
    }
    return to;
  }

  /// Walks on from a state that is not shallow until it is, or to the end. Returns how far it came.
  private int walk(byte[] bytes, int from, int to, int base, ByteBuffer input, Sink sink) {
    byte[] labels = trie.labels;
    int at = from;
    int node = state;
    shallow = PatternTrie.DEEP;
    while (at < to) {
      if (at + 8 <= to) {
        int run =
            run(
                (long) LONG.get(labels, node + 1) ^ HexCase.fold((long) LONG.get(bytes, at)),
                node + 1);
        if (run == 8) { // a branch, foreseen: the next reads need not wait for these
          node += 8;
          at += 8;
          continue;
        }
        node += run;
        at += run;
      }
      int next = HexCase.fold(bytes[at]) & PatternTrie.BYTE;
      int child = node + 1;
      if ((labels[child] & PatternTrie.BYTE) != next) {
        shallow = trie.shallow(node);
        if (shallow != PatternTrie.DEEP) {
          break;
        }
        int link = trie.links[node];
        child = link < 0 ? trie.branch(node, next) : -1;
        if (child < 0) {
          shallow = PatternTrie.linkDepth(link);
          if (shallow != PatternTrie.DEEP) {
            break;
          }
          node = link & PatternTrie.TARGET;
          continue;
        }
      }
      at++;
      node = child;
      if (trie.isEnd(node)) {
        enter(node, at - base, input, sink);
        node = state;
        if (shallow != PatternTrie.DEEP) {
          break;
        }
      }
    }
    state = node;
    return at;
  }

  /// How many of eight nodes, from the given one on, have the text's byte and end no pattern.
  private int run(long difference, int node) {
    if (difference == 0 && trie.areEnds(node) == 0) {
      return 8;
    }
    int same = Long.numberOfTrailingZeros(difference) >>> 3;
    return Math.min(same, Integer.numberOfTrailingZeros(trie.areEnds(node) | 0x100));
  }

  /// Takes the failure link that a walk ended with.
  private void rest() {
    if (shallow != PatternTrie.DEEP) {
      state = trie.links[state] & PatternTrie.TARGET;
      shallow = PatternTrie.DEEP;
    }
  }

  /// Goes to the node that the bytes up to `end` led to, or where its failure link leads if it is a
  /// leaf.
  private void enter(int node, int end, ByteBuffer input, Sink sink) {
    state = node;
    shallow = PatternTrie.DEEP;
    if (trie.isEnd(node)) {
      int match = trie.match(node);
      if ((match & 1) != 0) {
        shallow = trie.shallow(node);
        state = shallow == PatternTrie.DEEP ? trie.links[node] & PatternTrie.TARGET : node;
      }
      int alive = shallow;
      if (shallow == PatternTrie.DEEP) {
        alive = writer.pending() < MaskWriter.FEW ? MaskWriter.UNKNOWN : trie.depth(state);
      }
      writer.matched(match >> 1, end, alive, input, sink);
    }
  }

  @Override
  public void finish(Sink sink) {
    ByteBuffer nothing = ByteBuffer.allocate(0);
    writer.begin(nothing);
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
