package io.keymantle.files;

import java.util.List;

/// A stretch of a text, and what comes in its place.
record Splice(int start, int end, String replacement) {
  /// @param splices by their start, none over another
  static String apply(String text, List<Splice> splices) {
    StringBuilder result = new StringBuilder(text.length());
    int from = 0;
    for (Splice splice : splices) {
      result.append(text, from, splice.start()).append(splice.replacement());
      from = splice.end();
    }
    return result.append(text, from, text.length()).toString();
  }

  @Override
  public String toString() {
    return "[splice]";
  }
}
