package io.keymantle.gateway;

import io.keymantle.domain.BrokerToken;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A whole, plainly written broker token in a text, with the `<credential:name:…>` around it when
/// the agent left that on.
///
/// @param start where the value goes
/// @param end behind what the value replaces
record TokenSpan(int start, int end, BrokerToken token) {
  private static final Pattern DISPLAY_START =
      Pattern.compile("(?:<|%3C)credential(?::|%3A)[A-Za-z0-9._-]{1,128}(?::|%3A)$");
  private static final int LONGEST_DISPLAY_START = 160;

  /// The tokens of a text, in order; empty when one of them is cut, or not plainly written.
  static Optional<List<TokenSpan>> plain(byte[] text, int from, int to) {
    return plain(text, from, to, TokenScanner.scan(text, from, to));
  }

  /// The same, of tokens that were found already.
  static Optional<List<TokenSpan>> plain(
      byte[] text, int from, int to, List<TokenScanner.Found> found) {
    List<TokenSpan> spans = new ArrayList<>(found.size());
    for (TokenScanner.Found each : found) {
      if (each.form() != TokenScanner.Form.PLAIN || each.token().isEmpty()) {
        return Optional.empty();
      }
      spans.add(widened(text, from, to, each.start(), each.end(), each.token().get()));
    }
    return Optional.of(spans);
  }

  private static TokenSpan widened(
      byte[] text, int from, int to, int start, int end, BrokerToken token) {
    int closing = closing(text, end, to);
    if (closing > 0) {
      int before = Math.max(from, start - LONGEST_DISPLAY_START);
      Matcher display =
          DISPLAY_START.matcher(
              new String(text, before, start - before, StandardCharsets.ISO_8859_1));
      if (display.find()) {
        return new TokenSpan(before + display.start(), end + closing, token);
      }
    }
    return new TokenSpan(start, end, token);
  }

  private static int closing(byte[] text, int at, int to) {
    if (at < to && text[at] == '>') {
      return 1;
    }
    boolean encoded =
        at + 2 < to && text[at] == '%' && text[at + 1] == '3' && (text[at + 2] | 0x20) == 'e';
    return encoded ? 3 : 0;
  }
}
