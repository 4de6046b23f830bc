package io.keymantle.files;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Secrets in comments: a field that was commented out, an old key noted beside the new one. A
/// comment has no path, so its names are read as far as they can be.
final class CommentSecrets {
  private static final Pattern ASSIGNMENT =
      Pattern.compile(
          "([A-Za-z][A-Za-z0-9_.-]{0,80})[\"']?\\s{0,4}([:=]|\\bis\\b|\\bwas\\b)\\s{0,4}(?:\"([^\"\\r\\n]+)|'([^'\\r\\n]+)|([^\\s\"',;}\\])]+))");

  private CommentSecrets() {}

  /// Whether a comment, or a line of one, holds a secret by its look or by what it assigns.
  static boolean areIn(String comment) {
    return SecretShapes.in(comment).isPresent()
        || SecretUrls.in(comment).isPresent()
        || !assigned(comment).isEmpty();
  }

  /// The values that a comment assigns to names of secrets.
  static List<String> assigned(String comment) {
    List<String> values = new ArrayList<>();
    Matcher assignment = ASSIGNMENT.matcher(comment);
    while (assignment.find()) {
      String value = value(assignment);
      boolean prose = assignment.group(2).length() > 1;
      if (SensitivePaths.isNamedSo(assignment.group(1))
          && !EnvironmentReference.isWhole(value)
          && !value.contains(Sentinel.TEXT)
          && !value.matches("true|false|null|[\\[{(<].*")
          && (!prose || hasDigit(value))) {
        values.add(value);
      }
    }
    return values;
  }

  private static String value(Matcher assignment) {
    for (int group = 3; group <= 4; group++) {
      if (assignment.group(group) != null) {
        return assignment.group(group);
      }
    }
    return assignment.group(5);
  }

  /// Words of prose have none: "the password is required".
  static boolean hasDigit(String value) {
    return value.chars().anyMatch(c -> c >= '0' && c <= '9');
  }
}
