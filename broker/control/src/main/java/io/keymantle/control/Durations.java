package io.keymantle.control;

import io.keymantle.domain.ErrorCode;
import io.keymantle.domain.RefusedException;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The short form of durations: a whole number and `s`, `m`, `h` or `d`.
public final class Durations {
  private static final Pattern FORM = Pattern.compile("([1-9][0-9]{0,8})([smhd])");

  private Durations() {}

  /// @throws RefusedException with `invalid_configuration` when the text has another form
  public static Duration parse(String text) {
    Matcher form = FORM.matcher(text);
    if (!form.matches()) {
      throw RefusedException.of(
          ErrorCode.INVALID_CONFIGURATION,
          "a duration is a whole number and s, m, h or d",
          "use a duration such as 30s, 5m, 1h or 2d");
    }
    long amount = Long.parseLong(form.group(1));
    return switch (form.group(2).charAt(0)) {
      case 's' -> Duration.ofSeconds(amount);
      case 'm' -> Duration.ofMinutes(amount);
      case 'h' -> Duration.ofHours(amount);
      default -> Duration.ofDays(amount);
    };
  }

  /// The form with the largest unit that divides the duration; parts of a second are dropped.
  public static String text(Duration duration) {
    long seconds = duration.toSeconds();
    if (seconds % 86_400 == 0) {
      return seconds / 86_400 + "d";
    }
    if (seconds % 3_600 == 0) {
      return seconds / 3_600 + "h";
    }
    if (seconds % 60 == 0) {
      return seconds / 60 + "m";
    }
    return seconds + "s";
  }
}
