package io.keymantle.files;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// OpenClaw's `${NAME}` in strings: NAME is `[A-Z_][A-Z0-9_]*`, `$${NAME}` stands for the text
/// `${NAME}`, and whatever looks otherwise (`${lower}`, `$NAME`, `${A:-b}`) is plain text.
final class EnvironmentReference {
  private static final Pattern NAME = Pattern.compile("[A-Z_][A-Z0-9_]*");
  private static final Pattern REFERENCE = Pattern.compile("\\$?\\$\\{[A-Z_][A-Z0-9_]*}");

  private EnvironmentReference() {}

  static boolean isName(String text) {
    return NAME.matcher(text).matches();
  }

  static String to(String name) {
    return "${" + name + "}";
  }

  /// Whether the whole text is one reference.
  static boolean isWhole(String text) {
    String trimmed = text.strip();
    return trimmed.startsWith("${")
        && trimmed.endsWith("}")
        && isName(trimmed.substring(2, trimmed.length() - 1));
  }

  /// What the text means where it has no reference: `$${NAME}` read as `${NAME}`. Empty when it has
  /// one, for then its meaning is not in the file.
  static Optional<String> literal(String text) {
    StringBuilder plain = new StringBuilder();
    Matcher reference = REFERENCE.matcher(text);
    int from = 0;
    while (reference.find()) {
      if (!reference.group().startsWith("$$")) {
        return Optional.empty();
      }
      plain
          .append(text, from, reference.start())
          .append(reference.group(), 1, reference.group().length());
      from = reference.end();
    }
    return Optional.of(plain.append(text, from, text.length()).toString());
  }

  /// The text without its references.
  static String without(String text) {
    return REFERENCE.matcher(text).replaceAll("");
  }
}
