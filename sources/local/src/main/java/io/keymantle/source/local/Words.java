package io.keymantle.source.local;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Splits a command line into its words: at spaces, but for those in single or double quotes. In
/// double quotes `\"` and `\\` stand for the character itself. Nothing else is special: there is no
/// shell.
final class Words {
  private Words() {}

  /// The words; empty when a quote does not end.
  static Optional<List<String>> split(String line) {
    List<String> words = new ArrayList<>();
    StringBuilder word = new StringBuilder();
    boolean inWord = false;
    char quote = 0;
    for (int i = 0; i < line.length(); i++) {
      char c = line.charAt(i);
      if (quote == 0 && (c == '"' || c == '\'')) {
        quote = c;
        inWord = true;
      } else if (c == quote) {
        quote = 0;
      } else if (quote == '"' && c == '\\' && isEscapable(line, i + 1)) {
        word.append(line.charAt(++i));
      } else if (quote == 0 && Character.isWhitespace(c)) {
        if (inWord) {
          words.add(word.toString());
          word.setLength(0);
        }
        inWord = false;
      } else {
        word.append(c);
        inWord = true;
      }
    }
    if (inWord) {
      words.add(word.toString());
    }
    return quote == 0 ? Optional.of(words) : Optional.empty();
  }

  private static boolean isEscapable(String line, int at) {
    return at < line.length() && (line.charAt(at) == '"' || line.charAt(at) == '\\');
  }
}
