package io.keymantle.exec;

import java.util.List;

/// Matches arguments with the patterns of a binding: one pattern per argument, in which `*` stands
/// for any text; a last `**` stands for any further arguments, or none. Everything else is literal.
final class ArgumentPatterns {
  private static final String REST = "**";

  private ArgumentPatterns() {}

  static boolean match(List<String> patterns, List<String> arguments) {
    boolean open = !patterns.isEmpty() && patterns.getLast().equals(REST);
    int fixed = open ? patterns.size() - 1 : patterns.size();
    // A "**" elsewhere is a mistake of the binding: it matches nothing rather than too much.
    if (patterns.subList(0, fixed).contains(REST)) {
      return false;
    }
    if (arguments.size() < fixed || (!open && arguments.size() > fixed)) {
      return false;
    }
    for (int i = 0; i < fixed; i++) {
      if (!matches(patterns.get(i), arguments.get(i))) {
        return false;
      }
    }
    return true;
  }

  private static boolean matches(String pattern, String text) {
    int star = -1;
    int resume = 0;
    int p = 0;
    int t = 0;
    while (t < text.length()) {
      if (p < pattern.length() && pattern.charAt(p) == '*') {
        star = p++;
        resume = t;
      } else if (p < pattern.length() && pattern.charAt(p) == text.charAt(t)) {
        p++;
        t++;
      } else if (star >= 0) {
        p = star + 1;
        t = ++resume;
      } else {
        return false;
      }
    }
    while (p < pattern.length() && pattern.charAt(p) == '*') {
      p++;
    }
    return p == pattern.length();
  }
}
