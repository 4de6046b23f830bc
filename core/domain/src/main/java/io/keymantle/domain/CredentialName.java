package io.keymantle.domain;

import java.util.regex.Pattern;

/// The name by which an agent asks for a credential, such as `github-api`: 1 to 64 characters of
/// `a-z 0-9 . _ -`, starting with a letter or digit. Safe to print, log and put in a URL path
/// segment.
public record CredentialName(String value) implements Comparable<CredentialName> {
  private static final Pattern GRAMMAR = Pattern.compile("[a-z0-9][a-z0-9._-]{0,63}");

  /// @throws RefusedException with [ErrorCode#INVALID_NAME] when the text is not a credential name
  public CredentialName {
    if (!GRAMMAR.matcher(value).matches()) {
      throw RefusedException.of(
          ErrorCode.INVALID_NAME,
          "a credential name is 1 to 64 characters of a-z, 0-9, '.', '_' and '-', starting with a"
              + " letter or digit",
          "choose a name such as github-api");
    }
  }

  @Override
  public int compareTo(CredentialName other) {
    return value.compareTo(other.value);
  }

  @Override
  public String toString() {
    return value;
  }
}
