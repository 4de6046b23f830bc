package io.keymantle.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// A QR code drawn with half blocks: two rows of modules to a line, dark on light whatever the
/// terminal's own colours are.
final class QrText {
  private static final int QUIET = 4;
  private static final String BLACK_ON_WHITE = "\u001b[30;107m";
  private static final String RESET = "\u001b[0m";

  private QrText() {}

  /// Whether the terminal shows the blocks: its locale is UTF-8.
  static boolean showsBlocks(Terminal terminal) {
    for (String variable : List.of("LC_ALL", "LC_CTYPE", "LANG")) {
      String locale = terminal.variable(variable).toUpperCase(Locale.ROOT);
      if (!locale.isEmpty()) {
        return locale.contains("UTF-8") || locale.contains("UTF8");
      }
    }
    return false;
  }

  /// @param rows of modules, `1` for a dark one, without the quiet zone
  static List<String> lines(List<String> rows) {
    int size = rows.size();
    List<String> lines = new ArrayList<>();
    for (int y = -QUIET; y < size + QUIET; y += 2) {
      StringBuilder line = new StringBuilder(BLACK_ON_WHITE);
      for (int x = -QUIET; x < size + QUIET; x++) {
        line.append(block(dark(rows, x, y), dark(rows, x, y + 1)));
      }
      lines.add(line.append(RESET).toString());
    }
    return lines;
  }

  private static boolean dark(List<String> rows, int x, int y) {
    return y >= 0
        && y < rows.size()
        && x >= 0
        && x < rows.get(y).length()
        && rows.get(y).charAt(x) == '1';
  }

  private static char block(boolean upper, boolean lower) {
    if (upper) {
      return lower ? '█' : '▀';
    }
    return lower ? '▄' : ' ';
  }
}
