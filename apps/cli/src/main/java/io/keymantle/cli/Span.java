package io.keymantle.cli;

import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A span of time as it is typed: `30s`, `5m`, `1h`, `2d`; `0s` for none.
final class Span {
  private static final Pattern FORM = Pattern.compile("(0|[1-9][0-9]{0,8})([smhd])");

  private Span() {}

  /// @throws UsageException when it has another form
  static Duration parse(String text) {
    Matcher form = FORM.matcher(text);
    if (!form.matches()) {
      throw new UsageException(
          "a duration is a whole number and s, m, h or d", "use one such as 30s, 5m or 1h");
    }
    long amount = Long.parseLong(form.group(1));
    return switch (form.group(2).charAt(0)) {
      case 's' -> Duration.ofSeconds(amount);
      case 'm' -> Duration.ofMinutes(amount);
      case 'h' -> Duration.ofHours(amount);
      default -> Duration.ofDays(amount);
    };
  }
}
