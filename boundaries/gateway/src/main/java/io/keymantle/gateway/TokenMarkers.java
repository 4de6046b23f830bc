package io.keymantle.gateway;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// A deterministic automaton over bytes that stops at whatever may start a broker token: `kmt_` in
/// any case, the same in UTF-16, its base64 in each of the three alignments, and the escape
/// characters behind which it may hide. One table look-up per byte. Immutable.
///
/// The base64 of `kmt_` is `a210X…` when it starts a group of three bytes, `?ttdF…` one byte later
/// and `?rbXRf…` two bytes later (RFC 4648 section 4); only what is the same whatever stands around
/// it is matched. Line breaks inside base64 (MIME) are stepped over.
final class TokenMarkers {
  /// What the automaton stopped at.
  enum Marker {
    PLAIN("[kK][mM][tT]_", 0),
    UTF16("[kK]0[mM]0[tT]0_", 0),
    BASE64_AT_0("a210X", 0),
    BASE64_AT_1("ttdF", 2),
    BASE64_AT_2("rbXRf", 3),
    ESCAPE("", 0);

    // List.copyOf makes immutable lists.
    @SuppressWarnings("ImmutableEnumChecker")
    private final List<String> classes;

    /// How many base64 characters of its group of four stand before the marker.
    final int charactersBefore;

    Marker(String pattern, int charactersBefore) {
      this.charactersBefore = charactersBefore;
      List<String> parsed = new ArrayList<>();
      boolean utf16 = pattern.contains("]0[");
      for (int i = 0; i < pattern.length(); i++) {
        if (pattern.charAt(i) == '[') {
          int end = pattern.indexOf(']', i);
          parsed.add(pattern.substring(i + 1, end));
          i = end;
        } else {
          parsed.add(utf16 && pattern.charAt(i) == '0' ? "\0" : pattern.substring(i, i + 1));
        }
      }
      classes = List.copyOf(parsed);
    }

    int length() {
      return classes.size();
    }
  }

  static final TokenMarkers SHARED = new TokenMarkers();

  private static final int ROOT = 0;

  private final byte[] next;
  private final int firstStop;
  private final Marker[] stopMarkers;
  private final int[] depths;

  private TokenMarkers() {
    // Subset construction: a state is the set of (marker, characters matched so far).
    Map<Set<Integer>, Integer> known = new HashMap<>();
    List<Set<Integer>> inner = new ArrayList<>();
    List<Marker> stops = new ArrayList<>(List.of(Marker.ESCAPE));
    inner.add(new HashSet<>());
    known.put(inner.getFirst(), ROOT);
    List<int[]> rows = new ArrayList<>();
    for (int state = 0; state < inner.size(); state++) {
      int[] row = new int[256];
      for (int b = 0; b < 256; b++) {
        row[b] = step(inner, known, stops, state, b);
      }
      rows.add(row);
    }
    firstStop = inner.size();
    stopMarkers = stops.toArray(Marker[]::new);
    next = new byte[firstStop * 256];
    depths = new int[firstStop];
    for (int state = 0; state < firstStop; state++) {
      for (int b = 0; b < 256; b++) {
        int to = rows.get(state)[b];
        next[state << 8 | b] = (byte) (to < 0 ? firstStop + ~to : to);
      }
      depths[state] = inner.get(state).stream().mapToInt(item -> item & 0xff).max().orElse(0);
    }
  }

  /// The state after `b`; `~n` for stop number `n`.
  private static int step(
      List<Set<Integer>> inner,
      Map<Set<Integer>, Integer> known,
      List<Marker> stops,
      int state,
      int b) {
    if (b == '%' || b == '\\') {
      return ~0;
    }
    if (b == '\r' || b == '\n') {
      return state;
    }
    Set<Integer> items = new HashSet<>();
    Marker[] markers = Marker.values();
    for (int number = 0; number < markers.length; number++) {
      Marker marker = markers[number];
      for (int depth = 0; depth < marker.length(); depth++) {
        int item = number << 8 | depth;
        boolean open = depth == 0 || inner.get(state).contains(item);
        if (open && marker.classes.get(depth).indexOf(b) >= 0) {
          if (depth + 1 == marker.length()) {
            stops.add(marker);
            return ~(stops.size() - 1);
          }
          items.add(item + 1);
        }
      }
    }
    return known.computeIfAbsent(
        items,
        fresh -> {
          inner.add(fresh);
          return inner.size() - 1;
        });
  }

  /// Runs over the bytes until one completes a marker. Returns the marker and the index of that
  /// byte for [#marker] and [#index]; when the bytes end first, a negative number `~depth`, where
  /// depth is how many characters of a marker may have begun.
  long find(byte[] bytes, int from, int to) {
    byte[] table = next;
    int stop = firstStop;
    int state = ROOT;
    for (int i = from; i < to; i++) {
      state = table[state << 8 | (bytes[i] & 0xff)];
      if (state >= stop) {
        return (long) (state - stop) << 32 | i;
      }
    }
    return ~depths[state];
  }

  Marker marker(long found) {
    return stopMarkers[(int) (found >> 32)];
  }

  int index(long found) {
    return (int) found;
  }

  @Override
  public String toString() {
    return "markers of broker tokens";
  }
}
