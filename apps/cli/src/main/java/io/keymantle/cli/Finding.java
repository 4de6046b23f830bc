package io.keymantle.cli;

import java.util.LinkedHashMap;
import java.util.Map;

/// One thing that `doctor` looked at.
///
/// @param check its stable name, such as `home-permissions`
/// @param level how it stands
/// @param message one sentence without a final full stop; never a value
/// @param fix a command that mends it, as it can be run; empty when nothing is to be mended
record Finding(String check, Level level, String message, String fix) {
  enum Level {
    OK,
    /// Works, and is weaker or slower than it could be.
    WARNING,
    /// Does not work, or opens the home to others.
    PROBLEM;

    @Override
    public String toString() {
      return name().toLowerCase(java.util.Locale.ROOT);
    }
  }

  static Finding ok(String check, String message) {
    return new Finding(check, Level.OK, message, "");
  }

  static Finding warning(String check, String message, String fix) {
    return new Finding(check, Level.WARNING, message, fix);
  }

  static Finding problem(String check, String message, String fix) {
    return new Finding(check, Level.PROBLEM, message, fix);
  }

  Map<String, Object> members() {
    Map<String, Object> members = new LinkedHashMap<>();
    members.put("check", check);
    members.put("level", level.toString());
    members.put("message", message);
    members.put("fix", fix);
    return members;
  }

  /// A word as a shell takes it as one word.
  static String quoted(Object word) {
    String text = word.toString();
    boolean plain =
        !text.isEmpty()
            && text.chars()
                .allMatch(
                    c -> c < 0x80 && (Character.isLetterOrDigit(c) || "/._-+=:@%".indexOf(c) >= 0));
    return plain ? text : "'" + text.replace("'", "'\\''") + "'";
  }
}
