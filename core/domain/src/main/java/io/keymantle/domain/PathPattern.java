package io.keymantle.domain;

/// Which request paths a binding allows: `*` stands for any text within one segment, a last segment
/// `**` for any further segments. Patterns and paths are canonical: percent-encoding of unreserved
/// characters undone, no dot segments, no empty segments.
public record PathPattern(String text) {

  /// @throws RefusedException with [ErrorCode#INVALID_BINDING] when the text is not a canonical
  ///   pattern
  public PathPattern {
    boolean canonical =
        text.startsWith("/")
            && !text.contains("//")
            && text.chars().allMatch(c -> c > ' ' && c < 0x7f && c != '?' && c != '#' && c != '\\')
            && !("/" + text + "/").matches(".*/\\.\\.?/.*");
    int doubleStar = text.indexOf("**");
    if (!canonical
        || (doubleStar >= 0
            && (doubleStar != text.length() - 2 || text.charAt(doubleStar - 1) != '/'))) {
      throw RefusedException.of(
          ErrorCode.INVALID_BINDING,
          "a path pattern starts with '/', has no dot segments, and '**' only as its last segment",
          "use patterns such as /repos/*/issues or /v1/**");
    }
  }

  public boolean matches(String path) {
    String[] wanted = text.split("/", -1);
    String[] given = path.split("/", -1);
    for (int i = 0; i < wanted.length; i++) {
      if (wanted[i].equals("**")) {
        return true;
      }
      if (i >= given.length || !segmentMatches(wanted[i], given[i])) {
        return false;
      }
    }
    return wanted.length == given.length;
  }

  private static boolean segmentMatches(String pattern, String segment) {
    int star = -1;
    int resume = 0;
    int p = 0;
    int s = 0;
    while (s < segment.length()) {
      if (p < pattern.length() && pattern.charAt(p) == '*') {
        star = p++;
        resume = s;
      } else if (p < pattern.length() && pattern.charAt(p) == segment.charAt(s)) {
        p++;
        s++;
      } else if (star >= 0) {
        p = star + 1;
        s = ++resume;
      } else {
        return false;
      }
    }
    while (p < pattern.length() && pattern.charAt(p) == '*') {
      p++;
    }
    return p == pattern.length();
  }

  @Override
  public String toString() {
    return text;
  }
}
