package io.keymantle.cli;

import java.util.List;
import java.util.Optional;

/// A command as it can be typed: its name, options, arguments and examples. Parsing, `--help` and
/// completion all read this one.
///
/// @param name as it is typed: `credential add`
/// @param what one sentence
/// @param details further lines for `--help`
/// @param rest everything from the first argument on belongs to the last one, options too
public record CommandDescription(
    String name,
    String what,
    List<String> details,
    List<Option> options,
    List<Argument> arguments,
    boolean rest,
    List<String> examples) {

  public CommandDescription {
    details = List.copyOf(details);
    options = List.copyOf(options);
    arguments = List.copyOf(arguments);
    examples = List.copyOf(examples);
  }

  /// How often an option may be given, and with what.
  public enum Kind {
    FLAG,
    TEXT,
    /// May be repeated.
    LIST,
    /// May be repeated, and takes `a,b,c`.
    COMMA_LIST
  }

  /// An option.
  ///
  /// @param name with its dashes
  /// @param label what its value is called; empty for a flag
  public record Option(String name, String label, String what, Kind kind) {}

  /// An argument by its place.
  ///
  /// @param required whether it must be there
  public record Argument(String label, String what, boolean required) {}

  Optional<Option> option(String option) {
    for (Option each : options) {
      if (each.name().equals(option)) {
        return Optional.of(each);
      }
    }
    return Optional.empty();
  }
}
