package io.keymantle.cli;

import java.util.List;
import java.util.Map;

/// What was typed after a command's name.
///
/// @param options values by name; none for a flag
record TypedArguments(Map<String, List<String>> options, List<String> arguments) {
  boolean flag(String option) {
    return options.containsKey(option);
  }

  /// The option's text, empty when it was not given.
  String text(String option) {
    List<String> values = options.getOrDefault(option, List.of());
    return values.isEmpty() ? "" : values.getFirst();
  }

  List<String> texts(String option) {
    return options.getOrDefault(option, List.of());
  }
}
