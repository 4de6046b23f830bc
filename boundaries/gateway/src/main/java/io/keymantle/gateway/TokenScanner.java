package io.keymantle.gateway;

import io.keymantle.domain.BrokerToken;
import io.keymantle.gateway.TokenMarkers.Marker;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/// Finds broker tokens in bytes, however they are written: plain, with any of their characters
/// percent-encoded or as a JSON escape (each up to [#MAX_NESTING] times over, in any mix), in
/// base64 or base64url at any alignment, in UTF-16, or with the case of the prefix changed.
///
/// A cut token counts too, from [#MIN_SECRET_CHARACTERS] characters behind the prefix: nothing but
/// a broker token looks like that, so it is refused rather than guessed at.
///
/// Not found: tokens that are encrypted, compressed (decode first, see [ContentDecoder]), reversed,
/// or transformed by the agent in a way of its own. Those cannot be substituted anywhere, and a
/// broker token is worthless at an upstream.
///
/// Stateless and thread-safe.
final class TokenScanner {
  /// How many escapes may be nested, as in `%256b` (two).
  static final int MAX_NESTING = 4;

  /// From how many characters behind the prefix a cut token is taken for one.
  static final int MIN_SECRET_CHARACTERS = 16;

  /// The longest run of bytes that a token is looked for in across pieces of a stream, and so the
  /// most that a stream holds back: 44 characters, each at most 18 bytes long
  /// (`%5C%75%30%30%36%62`).
  static final int MAX_HELD = 1024;

  private static final int SECRET_CHARACTERS = BrokerToken.LENGTH - BrokerToken.PREFIX.length();

  private static final TokenMarkers MARKERS = TokenMarkers.SHARED;

  private TokenScanner() {}

  /// A token, or the greater part of one.
  ///
  /// @param start where it begins in the scanned bytes; in base64, the group in which it begins
  /// @param end behind its last byte
  /// @param form how it is written
  /// @param token the token, if it is whole; a cut or mangled one has none
  record Found(int start, int end, Form form, Optional<BrokerToken> token) {}

  /// How a token is written.
  enum Form {
    PLAIN,
    ESCAPED,
    BASE64,
    UTF16
  }

  /// All tokens in `bytes[from, to)`, in order. The list is immutable and most often empty.
  static List<Found> scan(byte[] bytes, int from, int to) {
    long at = MARKERS.find(bytes, from, to);
    if (at < 0) {
      return List.of();
    }
    List<Found> found = new ArrayList<>(2);
    boolean escaped = false;
    while (at >= 0) {
      int index = MARKERS.index(at);
      if (MARKERS.marker(at) == Marker.ESCAPE) {
        if (TokenUnescape.mayHideToken(bytes, index, to)) {
          escaped = true;
          break;
        }
      } else {
        addIfToken(found, bytes, from, to, MARKERS.marker(at), index);
      }
      at = MARKERS.find(bytes, index + 1, to);
    }
    return escaped ? scanUnescaped(bytes, from, to) : found;
  }

  private static List<Found> scanUnescaped(byte[] bytes, int from, int to) {
    TokenUnescape plain = TokenUnescape.of(bytes, from, to);
    List<Found> found = new ArrayList<>(2);
    byte[] text = plain.text();
    int length = plain.length();
    int next = 0;
    for (long at; (at = MARKERS.find(text, next, length)) >= 0; next = MARKERS.index(at) + 1) {
      if (MARKERS.marker(at) != Marker.ESCAPE) {
        addIfToken(found, text, 0, length, MARKERS.marker(at), MARKERS.index(at));
      }
    }
    for (int i = 0; i < found.size(); i++) {
      Found inner = found.get(i);
      int start = plain.origin(inner.start());
      int end = plain.origin(inner.end());
      boolean untouched = end - start == inner.end() - inner.start();
      Form form = untouched || inner.form() != Form.PLAIN ? inner.form() : Form.ESCAPED;
      found.set(i, new Found(start, end, form, inner.token()));
    }
    return found;
  }

  private static void addIfToken(
      List<Found> found, byte[] bytes, int from, int to, Marker marker, int index) {
    switch (marker) {
      case PLAIN -> {
        int start = walkBack(bytes, from, index, 3);
        addPlain(found, bytes, start, index + 1, to);
      }
      case UTF16 -> addUtf16(found, bytes, index - 6, to);
      case BASE64_AT_0, BASE64_AT_1, BASE64_AT_2 ->
          addBase64(found, bytes, from, to, marker, index);
      case ESCAPE -> {}
    }
  }

  private static void addPlain(List<Found> found, byte[] bytes, int start, int secret, int to) {
    int end = secret;
    while (end < to && isBase62(bytes[end])) {
      end++;
    }
    if (end - secret >= MIN_SECRET_CHARACTERS) {
      found.add(new Found(start, end, Form.PLAIN, token(bytes, start, end)));
    }
  }

  private static void addUtf16(List<Found> found, byte[] bytes, int start, int to) {
    byte[] text = new byte[BrokerToken.LENGTH + 1];
    int length = 0;
    int i = start;
    while (i < to && length < text.length && (length < 4 || isBase62(bytes[i]))) {
      text[length++] = bytes[i];
      i += i + 1 < to && bytes[i + 1] == 0 ? 2 : 1;
    }
    if (length - 4 >= MIN_SECRET_CHARACTERS) {
      found.add(new Found(start, i, Form.UTF16, token(text, 0, length)));
    }
  }

  private static void addBase64(
      List<Found> found, byte[] bytes, int from, int to, Marker marker, int index) {
    int first = walkBack(bytes, from, index, marker.length() - 1);
    int group = walkBack(bytes, from, first, marker.charactersBefore);
    byte[] text = new byte[BrokerToken.LENGTH + 4];
    // What an earlier piece of the stream had of the group counts as zero bits.
    int position = marker.charactersBefore - base64Characters(bytes, group, first);
    int bits = 0;
    int length = Math.max(0, position - 1);
    int i = group;
    for (; i < to && length < text.length; i++) {
      int sextet = sextet(bytes[i]);
      if (sextet < 0) {
        if (bytes[i] == '\r' || bytes[i] == '\n') {
          continue;
        }
        break;
      }
      bits = bits << 6 | sextet;
      if (position++ % 4 != 0) {
        text[length++] = (byte) (bits >> (6 - 2 * ((position - 1) % 4)));
      }
    }
    // The first byte of the prefix may have lost bits to an earlier piece: it is known by the rest.
    int start =
        switch (marker) {
          case BASE64_AT_1 -> 1;
          case BASE64_AT_2 -> 2;
          case PLAIN, UTF16, BASE64_AT_0, ESCAPE -> 0;
        };
    text[start] = 'k';
    int end = start + BrokerToken.PREFIX.length();
    while (end < length && isBase62(text[end])) {
      end++;
    }
    if (end - start - BrokerToken.PREFIX.length() >= MIN_SECRET_CHARACTERS) {
      found.add(new Found(group, i, Form.BASE64, token(text, start, end)));
    }
  }

  private static int base64Characters(byte[] bytes, int from, int to) {
    int count = 0;
    for (int i = from; i < to; i++) {
      count += sextet(bytes[i]) >= 0 ? 1 : 0;
    }
    return count;
  }

  private static Optional<BrokerToken> token(byte[] text, int start, int end) {
    if (end - start != BrokerToken.LENGTH || text[start] != 'k' || text[start + 1] != 'm') {
      return Optional.empty();
    }
    String token = new String(text, start, end - start, java.nio.charset.StandardCharsets.US_ASCII);
    return token.startsWith(BrokerToken.PREFIX)
        ? Optional.of(new BrokerToken(token))
        : Optional.empty();
  }

  /// Where the `count` base64 or prefix characters before `index` begin, stepping over line breaks.
  private static int walkBack(byte[] bytes, int from, int index, int count) {
    int i = index;
    int start = index;
    while (count > 0 && i > from) {
      i--;
      if (bytes[i] == '\r' || bytes[i] == '\n') {
        continue;
      }
      if (sextet(bytes[i]) < 0) {
        break;
      }
      start = i;
      count--;
    }
    return start;
  }

  /// Where the bytes at the end begin that may be the start of a token which the next piece of the
  /// stream completes; `to` when there are none. Everything before it has been scanned for good.
  static int held(byte[] bytes, int from, int to) {
    int floor = Math.max(from, to - MAX_HELD);
    int run = to;
    while (run > floor && mayBePartOfToken(bytes[run - 1])) {
      run--;
    }
    if (run == to) {
      return to;
    }
    TokenUnescape plain = TokenUnescape.of(bytes, run, to);
    byte[] text = plain.text();
    // What an escape that is still open will turn into may go on with what stands before it.
    int length = plain.openEscape();
    int open = length;
    int next = 0;
    long at;
    for (; (at = MARKERS.find(text, next, length)) >= 0; next = MARKERS.index(at) + 1) {
      int index = MARKERS.index(at);
      Marker marker = MARKERS.marker(at);
      if (marker != Marker.ESCAPE && reachesEnd(text, index + 1, length, marker)) {
        open =
            Math.min(open, walkBack(text, 0, index, marker.length() - 1 + marker.charactersBefore));
        if (marker == Marker.UTF16) {
          open = Math.min(open, index - 6);
        }
      }
    }
    for (int depth = (int) ~at, i = length; depth > 0 && i > 0; ) {
      byte b = text[--i];
      open = Math.min(open, i);
      depth -= b == '\r' || b == '\n' ? 0 : 1;
    }
    return plain.origin(open);
  }

  private static boolean reachesEnd(byte[] text, int from, int length, Marker marker) {
    int most = marker == Marker.UTF16 ? 2 * SECRET_CHARACTERS + 2 : 2 * SECRET_CHARACTERS;
    for (int i = from; i < length; i++) {
      boolean goesOn =
          switch (marker) {
            case PLAIN -> isBase62(text[i]);
            case UTF16 -> text[i] == 0 || isBase62(text[i]);
            case BASE64_AT_0, BASE64_AT_1, BASE64_AT_2 ->
                sextet(text[i]) >= 0 || text[i] == '\r' || text[i] == '\n';
            case ESCAPE -> false;
          };
      if (!goesOn || i - from > most) {
        return false;
      }
    }
    return true;
  }

  private static boolean mayBePartOfToken(byte b) {
    return sextet(b) >= 0 || b == '%' || b == '\\' || b == 0 || b == '\r' || b == '\n';
  }

  static boolean isBase62(byte b) {
    return (b >= '0' && b <= '9') || (b >= 'A' && b <= 'Z') || (b >= 'a' && b <= 'z');
  }

  private static int sextet(byte b) {
    return b < 0 ? -1 : SEXTETS[b];
  }

  private static final byte[] SEXTETS = new byte[128];

  static {
    Arrays.fill(SEXTETS, (byte) -1);
    String alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    for (int i = 0; i < alphabet.length(); i++) {
      SEXTETS[alphabet.charAt(i)] = (byte) i;
    }
    SEXTETS['+'] = SEXTETS['-'] = 62;
    SEXTETS['/'] = SEXTETS['_'] = 63;
  }
}
