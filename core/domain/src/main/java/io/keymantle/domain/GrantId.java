package io.keymantle.domain;

import java.util.regex.Pattern;

/// The public identity of a grant: `g_` and 16 characters of `a-z 0-9`. Names a grant in commands,
/// ledger and API; it opens nothing.
public record GrantId(String value) {
  private static final Pattern GRAMMAR = Pattern.compile("g_[a-z0-9]{16}");

  /// @throws RefusedException with [ErrorCode#INVALID_NAME] when the text is not a grant id
  public GrantId {
    if (!GRAMMAR.matcher(value).matches()) {
      throw RefusedException.of(
          ErrorCode.INVALID_NAME,
          "a grant id is g_ and 16 letters or digits",
          "see them with: keymantle grant list");
    }
  }

  @Override
  public String toString() {
    return value;
  }
}
