package io.keymantle.cli;

import io.keymantle.domain.ErrorCode;
import io.keymantle.domain.RefusedException;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/// Says what was wrong with a command line without repeating its arguments: whoever puts a value
/// where it does not belong must not find it in a log as well.
final class Mistake {
  private Mistake() {}

  static RuntimeException explain(String command, ParameterException mistake) {
    String fix = "keymantle " + command + " --help";
    return switch (mistake) {
      case UnmatchedArgumentException unmatched -> unmatched(command, unmatched, fix);
      case MissingParameterException missing ->
          new UsageException(missing.getMessage().replace('\n', ' '), fix);
      default -> {
        String option = optionName(mistake);
        yield new UsageException(
            option.isEmpty() ? "an argument is not valid" : option + " is not valid so", fix);
      }
    };
  }

  private static RuntimeException unmatched(
      String command, UnmatchedArgumentException mistake, String fix) {
    String name = "";
    for (String argument : mistake.getUnmatched()) {
      if (argument.startsWith("--")) {
        name = name.isEmpty() ? safeName(argument) : name;
      }
    }
    boolean takesValue =
        command.equals("credential add")
            || command.equals("credential set")
            || command.equals("credential rotate");
    if (takesValue && (name.isEmpty() || VALUE_OPTIONS.contains("|" + name + "|"))) {
      return RefusedException.of(
          ErrorCode.VALUE_IN_ARGUMENTS,
          "a value is never an argument: other users see it in the process list and shells keep it"
              + " in their history",
          "printf %s \"$VALUE\" | keymantle " + command + " NAME …, or type it at the prompt");
    }
    return new UsageException(
        name.isEmpty() ? "there are more arguments than it takes" : "unknown option " + name, fix);
  }

  private static final String VALUE_OPTIONS =
      "|--value|--secret|--token|--password|--key|--passphrase|--api-key|";

  private static String safeName(String argument) {
    int equals = argument.indexOf('=');
    String name = equals < 0 ? argument : argument.substring(0, equals);
    boolean plain =
        name.length() <= 24 && name.chars().allMatch(c -> c == '-' || (c >= 'a' && c <= 'z'));
    return plain ? name : "";
  }

  private static String optionName(ParameterException mistake) {
    return mistake.getArgSpec() instanceof picocli.CommandLine.Model.OptionSpec option
        ? option.longestName()
        : "";
  }
}
