package io.keymantle.domain;

import java.util.regex.Pattern;

/// The public identity of an approval: `apr_` and 16 characters of `a-z 0-9`. Names a question to
/// people in commands, ledger and API; it opens nothing.
public record ApprovalId(String value) {
  private static final Pattern GRAMMAR = Pattern.compile("apr_[a-z0-9]{16}");

  /// @throws RefusedException with [ErrorCode#INVALID_NAME] when the text is not an approval's id
  public ApprovalId {
    if (!GRAMMAR.matcher(value).matches()) {
      throw RefusedException.of(
          ErrorCode.INVALID_NAME,
          "an approval's id is apr_ and 16 letters or digits",
          "see them with: keymantle approval list");
    }
  }

  @Override
  public String toString() {
    return value;
  }
}
