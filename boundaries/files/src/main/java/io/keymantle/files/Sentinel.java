package io.keymantle.files;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What stands in a redacted text in place of a secret. A value shows OpenClaw's own sentinel and
/// is found again by its path; comments and keys have no path, so theirs carry a number.
final class Sentinel {
  /// OpenClaw's own, which it restores likewise.
  static final String TEXT = "__OPENCLAW_REDACTED__";

  private static final Pattern MARK = Pattern.compile("__OPENCLAW_REDACTED_[0-9]{1,6}__");

  private Sentinel() {}

  /// The numbered form.
  static String mark(int number) {
    return "__OPENCLAW_REDACTED_" + number + "__";
  }

  /// Finds numbered forms.
  static Matcher marks(String text) {
    return MARK.matcher(text);
  }
}
