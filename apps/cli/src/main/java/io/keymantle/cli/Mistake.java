package io.keymantle.cli;

import io.keymantle.domain.ErrorCode;
import io.keymantle.domain.RefusedException;
import java.util.Set;

/// Says what was wrong with a command line without repeating its arguments: whoever puts a value
/// where it does not belong must not find it in a log as well.
final class Mistake {
  private static final Set<String> TAKE_VALUES =
      Set.of("credential add", "credential set", "credential rotate");
  private static final Set<String> VALUE_OPTIONS =
      Set.of("--value", "--secret", "--token", "--password", "--key", "--passphrase", "--api-key");

  private Mistake() {}

  static UsageException usage(CommandDescription command, String what) {
    return new UsageException(what, "keymantle " + command.name() + " --help");
  }

  static RuntimeException unknownOption(CommandDescription command, String name) {
    if (TAKE_VALUES.contains(command.name()) && VALUE_OPTIONS.contains(name)) {
      return value(command);
    }
    boolean plain =
        name.startsWith("-")
            && name.length() <= 24
            && name.chars().allMatch(c -> c == '-' || (c >= 'a' && c <= 'z'));
    return usage(command, plain ? "there is no option " + name : "there is no such option");
  }

  static RuntimeException tooMany(CommandDescription command) {
    return TAKE_VALUES.contains(command.name())
        ? value(command)
        : usage(command, "there are more arguments than it takes");
  }

  private static RefusedException value(CommandDescription command) {
    return RefusedException.of(
        ErrorCode.VALUE_IN_ARGUMENTS,
        "a value is never an argument: other users see it in the process list and shells keep it"
            + " in their history",
        "printf %s \"$VALUE\" | keymantle "
            + (command.name().equals("credential add") ? command.name() : "credential rotate")
            + " NAME, or type it at the prompt");
  }
}
