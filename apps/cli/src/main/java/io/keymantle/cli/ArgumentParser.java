package io.keymantle.cli;

import io.keymantle.cli.CommandDescription.Argument;
import io.keymantle.cli.CommandDescription.Kind;
import io.keymantle.cli.CommandDescription.Option;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Reads the words after a command's name by its description.
///
/// Picocli renders `--help`; it does not parse, because to start it would add 20 ms to a command
/// that may take 75. Not thread-safe.
final class ArgumentParser {
  private final CommandDescription command;
  private final Map<String, List<String>> options = new LinkedHashMap<>();
  private final List<String> arguments = new ArrayList<>();

  private ArgumentParser(CommandDescription command) {
    this.command = command;
  }

  /// @throws UsageException when the words do not fit
  /// @throws io.keymantle.domain.RefusedException with `value_in_arguments` when they hold a value
  static TypedArguments parse(CommandDescription command, String... words) {
    ArgumentParser parser = new ArgumentParser(command);
    parser.read(words);
    TypedArguments typed = new TypedArguments(parser.options, parser.arguments);
    if (!typed.flag("--help")) {
      parser.check();
    }
    return typed;
  }

  private void read(String... words) {
    boolean optionsEnded = false;
    for (int i = 0; i < words.length; i++) {
      String word = words[i];
      if (optionsEnded || !word.startsWith("-") || word.equals("-")) {
        arguments.add(word);
        optionsEnded |= command.rest();
        continue;
      }
      if (word.equals("--")) {
        optionsEnded = true;
        continue;
      }
      if (word.equals("-h")) {
        word = "--help";
      }
      int equals = word.indexOf('=');
      String name = equals < 0 ? word : word.substring(0, equals);
      Option option = command.option(name).orElseThrow(() -> Mistake.unknownOption(command, name));
      if (option.kind() == Kind.FLAG) {
        if (equals >= 0) {
          throw Mistake.usage(command, name + " takes no value");
        }
        options.put(name, List.of());
      } else if (equals >= 0) {
        add(option, word.substring(equals + 1));
      } else {
        i++;
        if (i == words.length || command.option(words[i]).isPresent()) {
          throw Mistake.usage(command, name + " needs a value: " + option.label());
        }
        add(option, words[i]);
      }
    }
  }

  private void add(Option option, String value) {
    List<String> values = options.computeIfAbsent(option.name(), _ -> new ArrayList<>());
    if (option.kind() == Kind.TEXT && !values.isEmpty()) {
      throw Mistake.usage(command, option.name() + " stands twice");
    }
    if (option.kind() == Kind.TEXT && value.isEmpty()) {
      // Most likely a variable that is not set: to go on as if nothing had been said would widen
      // what was meant.
      throw Mistake.usage(
          command, option.name() + " is empty and needs a value: " + option.label());
    }
    if (option.kind() == Kind.COMMA_LIST) {
      for (String part : value.split(",")) {
        if (!part.isBlank()) {
          values.add(part.strip());
        }
      }
    } else {
      values.add(value);
    }
  }

  private void check() {
    List<Argument> described = command.arguments();
    if (arguments.size() > described.size() && !command.rest()) {
      throw Mistake.tooMany(command);
    }
    Optional<Argument> missing =
        described.stream().skip(arguments.size()).filter(Argument::required).findFirst();
    if (missing.isPresent()) {
      throw Mistake.usage(command, missing.get().label() + " is missing");
    }
  }
}
