package io.keymantle.domain;

import java.util.regex.Pattern;

/// The name of a person who administers or approves, such as `alice`: 1 to 64 characters of `a-z
/// 0-9 . _ -`, starting with a letter or digit. Safe to print, log and put in a URL path segment.
public record PersonName(String value) implements Comparable<PersonName> {
  private static final Pattern GRAMMAR = Pattern.compile("[a-z0-9][a-z0-9._-]{0,63}");

  /// @throws RefusedException with [ErrorCode#INVALID_NAME] when the text is not a person's name
  public PersonName {
    if (!GRAMMAR.matcher(value).matches()) {
      throw RefusedException.of(
          ErrorCode.INVALID_NAME,
          "a person's name is 1 to 64 characters of a-z, 0-9, '.', '_' and '-', starting with a"
              + " letter or digit",
          "choose a name such as alice");
    }
  }

  @Override
  public int compareTo(PersonName other) {
    return value.compareTo(other.value);
  }

  @Override
  public String toString() {
    return value;
  }
}
