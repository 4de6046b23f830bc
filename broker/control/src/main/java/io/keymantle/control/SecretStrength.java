package io.keymantle.control;

import io.keymantle.domain.ErrorCode;
import io.keymantle.domain.RefusedException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/// How hard a text is to guess, for telling a secret that a machine made from one that a person
/// wrote.
///
/// A character counts nothing when it follows from those before it: it repeats the last two, or is
/// in a piece of four or more that stood there before; it goes on counting, up or down, in steps of
/// any size, also in every second, third or fourth place; it is next to the last one in a row of
/// the keyboard. Where the text has words, which shows in that two in five of their pairs of
/// letters are among the sixty most frequent pairs of English, their letters count a bit and a half
/// each, as much as Shannon found for English, and what separates them half a bit. Every other
/// character counts the entropy of how the text's characters are distributed (with Miller's
/// correction for short texts), which is at most what its alphabet holds.
///
/// What a machine makes keeps nearly all of it: 48 characters of hexadecimal about 180 bits, of
/// base64 about 230. What a person writes rarely reaches 112 bits in that length.
final class SecretStrength {
  /// Characters that a secret has at least.
  static final int SHORTEST = 48;

  /// Bits that it has at least: what NIST SP 800-57 asks of any key.
  static final double WEAKEST = 112;

  static final String FIX = "make one with: openssl rand -base64 48";

  private static final int PIECE = 4;
  private static final int LONGEST_STEP = 4;
  private static final int COUNTED_RUN = 4;
  private static final double BITS_OF_A_LETTER = 1.5;
  private static final double BITS_OF_A_GAP = 0.5;
  private static final int FEWEST_PAIRS = 16;

  private static final List<String> ROWS =
      List.of(
          "`1234567890-=",
          "qwertyuiop[]\\",
          "asdfghjkl;'",
          "zxcvbnm,./",
          "qwertzuiop",
          "azertyuiop",
          "!@#$%^&*()_+");
  private static final Pattern WORD = Pattern.compile("[A-Za-z][a-z]+|[A-Z]{2,}");
  private static final Set<String> PAIRS =
      Set.of(
          ("th he in er an re nd at on nt ha es st en ed to it ou ea hi is or ti as te et ng of al"
               + " de se le sa si ar ve ra ld ur ro ri io ne me ll ch ic ho ma be om co ec ss ee oo"
               + " el la di")
              .split(" "));

  private SecretStrength() {}

  /// @throws RefusedException with `weak_secret`
  static void require(String text) {
    if (text.codePointCount(0, text.length()) < SHORTEST) {
      throw weak("KEYMANTLE_SESSION_SECRET has fewer than " + SHORTEST + " characters");
    }
    if (bits(text) < WEAKEST) {
      throw weak(
          "KEYMANTLE_SESSION_SECRET can be guessed: it repeats itself, counts, follows the keyboard"
              + " or is made of words");
    }
  }

  private static RefusedException weak(String message) {
    return RefusedException.of(ErrorCode.WEAK_SECRET, message, FIX);
  }

  static double bits(String text) {
    int[] characters = text.codePoints().toArray();
    boolean[] follows = new boolean[characters.length];
    markRepeats(characters, follows);
    markCounting(characters, follows);
    markKeyboard(text.toLowerCase(Locale.ROOT).codePoints().toArray(), follows);
    double[] atMost = ofWords(text, characters);
    double each = entropy(characters);
    double bits = 0;
    for (int i = 0; i < characters.length; i++) {
      if (!follows[i]) {
        bits += Math.min(each, atMost[i]);
      }
    }
    return bits;
  }

  private static void markRepeats(int[] characters, boolean[] follows) {
    Map<String, Integer> seen = new HashMap<>();
    for (int i = 1; i < characters.length; i++) {
      follows[i] |=
          i > 1 && characters[i] == characters[i - 1] && characters[i] == characters[i - 2];
      int start = i - PIECE + 1;
      if (start >= 0) {
        String piece = new String(characters, start, PIECE).toLowerCase(Locale.ROOT);
        if (seen.putIfAbsent(piece, i) != null) {
          Arrays.fill(follows, start, i + 1, true);
        }
      }
    }
  }

  private static void markCounting(int[] characters, boolean[] follows) {
    for (int step = 1; step <= LONGEST_STEP; step++) {
      int run = 0;
      for (int i = 2 * step; i < characters.length; i++) {
        boolean goesOn =
            characters[i] - characters[i - step] == characters[i - step] - characters[i - 2 * step];
        run = goesOn ? run + 1 : 0;
        if (run >= COUNTED_RUN) {
          Arrays.fill(follows, i - run + 1, i + 1, true);
        }
      }
    }
  }

  private static void markKeyboard(int[] characters, boolean[] follows) {
    int run = 0;
    for (int i = 1; i < characters.length; i++) {
      run = areNeighbours(characters[i - 1], characters[i]) ? run + 1 : 0;
      if (run >= COUNTED_RUN - 1 && i < follows.length) {
        Arrays.fill(follows, i - run + 1, i + 1, true);
      }
    }
  }

  private static boolean areNeighbours(int a, int b) {
    return ROWS.stream()
        .anyMatch(row -> {
          int at = row.indexOf(a);
          return at >= 0 && row.indexOf(b) >= 0 && Math.abs(row.indexOf(b) - at) == 1;
        });
  }

  /// What each character counts at most: less in words, and what it likes where there are none.
  private static double[] ofWords(String text, int[] characters) {
    double[] atMost = new double[characters.length];
    Arrays.fill(atMost, Double.MAX_VALUE);
    int pairs = 0;
    int frequent = 0;
    for (MatchResult word : WORD.matcher(text).results().toList()) {
      String lower = word.group().toLowerCase(Locale.ROOT);
      for (int i = 1; i < lower.length(); i++) {
        pairs++;
        frequent += PAIRS.contains(lower.substring(i - 1, i + 1)) ? 1 : 0;
      }
      int start = text.codePointCount(0, word.start());
      Arrays.fill(atMost, start, start + lower.length(), BITS_OF_A_LETTER);
    }
    if (pairs < FEWEST_PAIRS || 5 * frequent < 2 * pairs) {
      Arrays.fill(atMost, Double.MAX_VALUE);
      return atMost;
    }
    for (int i = 0; i < characters.length; i++) {
      if (" -_.,".indexOf(characters[i]) >= 0) {
        atMost[i] = BITS_OF_A_GAP;
      }
    }
    return atMost;
  }

  /// Shannon's entropy of one character, by how often each is in the text.
  private static double entropy(int[] characters) {
    Map<Integer, Integer> counts = new HashMap<>();
    for (int character : characters) {
      counts.merge(character, 1, Integer::sum);
    }
    if (counts.isEmpty()) {
      return 0;
    }
    double bits = 0;
    for (int count : counts.values()) {
      double share = (double) count / characters.length;
      bits -= share * Math.log(share) / Math.log(2);
    }
    double correction = (counts.size() - 1) / (2 * characters.length * Math.log(2));
    return Math.min(bits + correction, Math.log(counts.size()) / Math.log(2));
  }
}
