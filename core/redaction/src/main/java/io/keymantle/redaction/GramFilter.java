package io.keymantle.redaction;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/// Skips bytes that cannot belong to any pattern, looking at one place in about nine.
///
/// Of each pattern one segment of `segment` bytes is chosen. Any occurrence of the segment covers
/// at least one whole gram (`gram` bytes) whose position is a multiple of `stride` = segment - gram
/// + 1 counted from wherever the scan began. So it is enough to look up the grams at those
///   positions in a blocked Bloom filter of all grams of all segments. A second, larger filter with
///   another hash makes false alarms rare; what passes both is for the trie to judge.
///
/// Bytes that differ only in the bit that tells upper from lower case count as one here.
///
/// The segment is the pattern's start unless its grams also stand in other patterns (1,000 JWTs
/// with one header): then the rarest within reach, so that text full of the common part still is
/// skipped.
final class GramFilter {
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final long FIRST = 0x9E3779B97F4A7C15L;
  private static final long SECOND = 0xD6E8FEB86659FD93L;

  /// How far into a pattern a segment may start.
  private static final int REACH = 160;

  /// Grams in at most so many segments are rare enough.
  private static final int RARE = 3;

  /// Grams in more segments than this, and than one in so many, are common.
  private static final int COMMON = 64;

  /// Gram length by segment length from 4 to 16: long grams are rare in text, short ones allow long
  /// strides.
  private static final int[] GRAM = {3, 4, 4, 5, 5, 5, 6, 6, 7, 7, 8, 8, 8};

  private final int gram;
  private final int stride;
  private final long gramMask;
  private final long[] small;
  private final int smallShift;
  private final long[] large;
  private final int largeShift;
  private int farthest;

  /// @param patterns at least one, of at least four bytes each
  GramFilter(List<Pattern> patterns) {
    int shortest = Integer.MAX_VALUE;
    for (Pattern each : patterns) {
      shortest = Math.min(shortest, each.bytes().length);
    }
    int segment = Math.min(shortest, patterns.size() <= 2_000 ? 24 : 16);
    gram = GRAM[Math.min(segment, 16) - 4];
    stride = segment - gram + 1;
    gramMask = gram == 8 ? -1L : (1L << (8 * gram)) - 1;
    long grams = (long) patterns.size() * stride;
    small = filter(grams * (grams <= 400_000 ? 16 : 8));
    smallShift = 64 - Integer.numberOfTrailingZeros(small.length);
    large = filter(grams * 16);
    largeShift = 64 - Integer.numberOfTrailingZeros(large.length);
    int common = Math.max(COMMON, patterns.size() / COMMON);
    char[] counts = new char[(int) Math.min(1 << 22, Long.highestOneBit(grams * 8))];
    for (Pattern each : patterns) {
      count(each.bytes(), 0, counts);
    }
    List<Pattern> alike = new ArrayList<>();
    for (Pattern each : patterns) {
      if (most(each.bytes(), 0, counts) > common) {
        alike.add(each);
      } else {
        add(each.bytes(), 0);
      }
    }
    for (Pattern each : alike) {
      count(each.bytes(), REACH, counts);
    }
    for (Pattern each : alike) {
      add(each.bytes(), choose(each.bytes(), counts));
    }
  }

  private static long[] filter(long bits) {
    long words = Math.max(32, Long.highestOneBit(Math.max(1, bits / 64 - 1)) * 2);
    return new long[(int) Math.min(words, 1 << 26)];
  }

  private void count(byte[] bytes, int reach, char[] counts) {
    int last = Math.min(bytes.length - gram, reach + stride - 1);
    for (int i = reach == 0 ? 0 : stride; i <= last; i++) {
      int slot = slot(gramAt(bytes, i), counts);
      counts[slot] = (char) Math.min(Character.MAX_VALUE, counts[slot] + 1);
    }
  }

  private static int slot(long value, char[] counts) {
    return (int) (mix(value, SECOND) >>> 20) & (counts.length - 1);
  }

  /// In how many segments the commonest gram of the segment stands.
  private int most(byte[] bytes, int offset, char[] counts) {
    int most = 0;
    for (int i = 0; i < stride; i++) {
      most = Math.max(most, counts[slot(gramAt(bytes, offset + i), counts)]);
    }
    return most;
  }

  private int choose(byte[] bytes, char[] counts) {
    int last = Math.min(bytes.length - gram - stride + 1, REACH);
    for (int offset = 0; offset <= last; offset++) {
      if (most(bytes, offset, counts) <= RARE) {
        return offset;
      }
    }
    return 0;
  }

  private void add(byte[] bytes, int offset) {
    farthest = Math.max(farthest, offset);
    for (int i = 0; i < stride; i++) {
      long value = gramAt(bytes, offset + i);
      long one = mix(value, FIRST);
      small[(int) (one >>> smallShift)] |= bits(one);
      long two = mix(value, SECOND);
      large[(int) (two >>> largeShift)] |= bits(two) | moreBits(two);
    }
  }

  private long gramAt(byte[] bytes, int at) {
    long value = 0;
    for (int i = gram - 1; i >= 0; i--) {
      value = (value << 8) | (bytes[at + i] & 0xFF);
    }
    return (value | HexCase.BITS) & gramMask;
  }

  private static long mix(long gram, long factor) {
    long product = gram * factor;
    return product ^ (product >>> 32);
  }

  private static long bits(long hash) {
    return (1L << hash) | (1L << (hash >>> 6));
  }

  private static long moreBits(long hash) {
    return (1L << (hash >>> 12)) | (1L << (hash >>> 18));
  }

  /// The first sampled position at or after `from` whose gram may be of a segment; when there is
  /// none, the first sampled position too near the end to be looked at (greater than `to` - 8).
  int next(byte[] bytes, int from, int to) {
    long[] words = small;
    int shift = smallShift;
    int step = stride;
    long mask = gramMask;
    int last = to - 8;
    int at = from;
    for (; at <= last; at += step) {
      long value = ((long) LONG.get(bytes, at) | HexCase.BITS) & mask;
      long hash = value * FIRST;
      hash ^= hash >>> 32;
      long wanted = (1L << hash) | (1L << (hash >>> 6));
      if ((words[(int) (hash >>> shift)] & wanted) == wanted && confirmed(value)) {
        return at;
      }
    }
    return at;
  }

  private boolean confirmed(long value) {
    long hash = mix(value, SECOND);
    long wanted = bits(hash) | moreBits(hash);
    return (large[(int) (hash >>> largeShift)] & wanted) == wanted;
  }

  /// How far before a sampled position a pattern may start whose segment covers the gram there.
  int reach() {
    return farthest + stride - 1;
  }

  long memory() {
    return 8L * (small.length + large.length);
  }

  @Override
  public String toString() {
    return "[filter gram " + gram + " stride " + stride + " farthest " + farthest + "]";
  }
}
