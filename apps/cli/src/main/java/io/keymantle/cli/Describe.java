package io.keymantle.cli;

import io.keymantle.cli.CommandDescription.Argument;
import io.keymantle.cli.CommandDescription.Kind;
import io.keymantle.cli.CommandDescription.Option;
import java.util.ArrayList;
import java.util.List;

/// Builds the description of a command.
public final class Describe {
  private final String name;
  private final String what;
  private final List<String> details = new ArrayList<>();
  private final List<Option> options = new ArrayList<>();
  private final List<Argument> arguments = new ArrayList<>();
  private boolean rest;

  private Describe(String name, String what) {
    this.name = name;
    this.what = what;
    flag("--json", "Answer as JSON.");
    flag("--help", "Show this help.");
  }

  /// @param name as it is typed: `credential add`
  /// @param what one sentence
  public static Describe command(String name, String what) {
    return new Describe(name, what);
  }

  public Describe flag(String option, String description) {
    return add(option, "", description, Kind.FLAG);
  }

  public Describe option(String option, String label, String description) {
    return add(option, label, description, Kind.TEXT);
  }

  /// An option that may be repeated; its order is kept.
  public Describe options(String option, String label, String description) {
    return add(option, label, description, Kind.LIST);
  }

  /// An option that takes `a,b,c` and may be repeated.
  public Describe commaOptions(String option, String label, String description) {
    return add(option, label, description, Kind.COMMA_LIST);
  }

  private Describe add(String option, String label, String description, Kind kind) {
    options.add(new Option(option, label, description, kind));
    return this;
  }

  /// A required argument; they come in the order of their indexes.
  public Describe argument(int index, String label, String description) {
    return argument(index, new Argument(label, description, true));
  }

  public Describe optionalArgument(int index, String label, String description) {
    return argument(index, new Argument(label, description, false));
  }

  private Describe argument(int index, Argument argument) {
    if (index != arguments.size()) {
      throw new IllegalArgumentException("arguments are described in their order");
    }
    arguments.add(argument);
    return this;
  }

  /// The rest of the line, at least one word; options are not looked for in it.
  public Describe rest(int index, String label, String description) {
    rest = true;
    return argument(index, label, description);
  }

  /// More text for `--help`, before the examples.
  public Describe details(String... lines) {
    details.addAll(List.of(lines));
    return this;
  }

  public CommandDescription examples(String... examples) {
    return new CommandDescription(name, what, details, options, arguments, rest, List.of(examples));
  }
}
