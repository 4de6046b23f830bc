package io.keymantle.redaction;

import io.keymantle.secret.SecretAccess;
import io.keymantle.secret.SecretBytes;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// An immutable, compiled set of secret values with all their encodings. Thread-safe; share it
/// among streams.
///
/// Guarantees: every byte that belongs to an occurrence of a value of eight bytes or more, in any
/// of these encodings, is replaced by a mask that depends on the label only: the bytes themselves;
/// base64, plain and URL-safe, at each of the three alignments and broken into lines of 64 or 76;
/// hex; percent-encoding of every byte, or of what four common encoders escape; form encoding; JSON
/// escapes of every character, or of what common encoders escape; HTML escapes, named and numeric;
/// UTF-16 of either byte order; reversed. Hex digits may be in any mix of cases; to that end the
/// letters A to F match in either case everywhere. A value of several lines is found with either
/// kind of line break, and each line of 16 bytes or more on its own.
///
/// Not guaranteed: values of four to seven bytes are found as they are only, shorter ones not at
/// all; encodings of encodings, compression and encryption are not seen through. Up to six bits of
/// a value's first and of its last byte may stay in the base64 characters that it shares with its
/// neighbours. Values are in memory as plaintext as long as this object is reachable, and what the
/// garbage collector copied is not zeroed.
public final class RedactionSet {
  /// Matches nothing.
  public static final RedactionSet EMPTY = new RedactionSet(null);

  private final @Nullable CompiledSet compiled;

  private RedactionSet(@Nullable CompiledSet compiled) {
    this.compiled = compiled;
  }

  /// Compiles values, each under the label that its mask shows (`[redacted:LABEL]`). Reads the
  /// values during the call only. Of equal values the first label in the map's order counts.
  public static RedactionSet compile(Map<String, ? extends Iterable<SecretBytes>> valuesByLabel) {
    List<Pattern> patterns = patterns(valuesByLabel);
    if (patterns.isEmpty()) {
      return EMPTY;
    }
    try {
      return new RedactionSet(CompiledSet.of(patterns));
    } finally {
      for (Pattern each : patterns) {
        Arrays.fill(each.bytes(), (byte) 0);
      }
    }
  }

  /// Every form of every value, with repetitions. The caller zeroes them.
  static List<Pattern> patterns(Map<String, ? extends Iterable<SecretBytes>> valuesByLabel) {
    SecretAccess access = SecretAccess.insecureMint();
    List<Pattern> patterns = new ArrayList<>();
    valuesByLabel.forEach((label, values) -> {
      for (SecretBytes value : values) {
        value.reveal(
            access,
            (bytes, offset, length) -> {
              byte[] copy = Arrays.copyOfRange(bytes, offset, offset + length);
              Forms.each(
                  copy, (encoding, form) -> patterns.add(new Pattern(form, label, encoding)));
              Arrays.fill(copy, (byte) 0);
            });
      }
    });
    return patterns;
  }

  /// True when there is nothing to match: streams may bypass redaction.
  public boolean isEmpty() {
    return compiled == null;
  }

  /// How many byte strings are looked for.
  public int patterns() {
    return compiled == null ? 0 : compiled.lengths().length;
  }

  /// Bytes of memory that the matcher's tables take; a [Redactor] adds a few hundred, and up to
  /// four times what it holds back.
  public long memory() {
    return compiled == null ? 0 : compiled.trie().memory() + compiled.filter().memory();
  }

  /// A matcher for one stream, or for several one after the other. Cheap. Not thread-safe.
  public Redactor newRedactor() {
    return compiled == null ? new Passing() : new StreamRedactor(compiled);
  }

  @Override
  public String toString() {
    return "[redaction set]";
  }

  /// Finds nothing.
  private static final class Passing implements Redactor {
    @Override
    public void update(ByteBuffer input, Sink sink) {
      int limit = input.limit();
      if (input.hasRemaining()) {
        sink.accept(input, true);
      }
      input.limit(limit).position(limit);
    }

    @Override
    public void finish(Sink sink) {}

    @Override
    public long hits() {
      return 0;
    }

    @Override
    public int held() {
      return 0;
    }
  }
}
