package io.keymantle.control;

import java.util.regex.Pattern;

/// An agent's own words for why it asks, made fit for the ledger: one line, at most 200 characters,
/// nothing that looks like a token.
record Reason(String text) {
  private static final int LONGEST = 200;
  private static final Pattern TOKEN = Pattern.compile("km[tasiw]_[0-9A-Za-z]{40,43}");
  private static final Pattern UNPRINTABLE =
      Pattern.compile("[\\p{Cntrl}\\p{Cf}\\p{Co}\\p{Cs}\\p{Zl}\\p{Zp}]+");

  static Reason of(String words) {
    String bounded = words.length() > 4 * LONGEST ? words.substring(0, 4 * LONGEST) : words;
    String masked = TOKEN.matcher(bounded).replaceAll("[token]");
    String line = UNPRINTABLE.matcher(masked).replaceAll(" ").strip();
    int end = Math.min(LONGEST, line.length());
    if (end > 0 && Character.isHighSurrogate(line.charAt(end - 1))) {
      end--;
    }
    return new Reason(line.substring(0, end));
  }
}
