package io.keymantle.cli;

import io.keymantle.cli.CommandDescription.Argument;
import io.keymantle.cli.CommandDescription.Option;
import java.io.PrintStream;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/// The text of `--help`, laid out by picocli.
final class HelpText {
  private static final int WIDTH = 100;

  private HelpText() {}

  static void print(CommandDescription command, PrintStream out) {
    CommandSpec spec = CommandSpec.create().name("keymantle " + command.name());
    String[] description = new String[command.details().size() + 2];
    description[0] = escaped(command.what());
    description[1] = "";
    for (int i = 0; i < command.details().size(); i++) {
      description[i + 2] = escaped(command.details().get(i));
    }
    spec.usageMessage()
        .width(WIDTH)
        .sortOptions(false)
        .description(description)
        .footerHeading("%nExamples:%n")
        .footer(
            command.examples().stream()
                .map(example -> "  " + escaped(example))
                .toArray(String[]::new));
    command.options().forEach(option -> spec.addOption(option(option)));
    List<Argument> arguments = command.arguments();
    for (int i = 0; i < arguments.size(); i++) {
      boolean last = command.rest() && i == arguments.size() - 1;
      spec.addPositional(argument(i, arguments.get(i), last));
    }
    new CommandLine(spec).usage(out, CommandLine.Help.Ansi.OFF);
  }

  private static OptionSpec option(Option option) {
    OptionSpec.Builder builder =
        OptionSpec.builder(
                option.name().equals("--help")
                    ? new String[] {"-h", "--help"}
                    : new String[] {option.name()})
            .description(escaped(option.what()));
    return switch (option.kind()) {
      case FLAG -> builder.type(boolean.class).build();
      case TEXT -> builder.type(String.class).paramLabel(option.label()).build();
      case LIST, COMMA_LIST ->
          builder
              .type(List.class)
              .auxiliaryTypes(String.class)
              .arity("1")
              .paramLabel(option.label())
              .build();
    };
  }

  private static PositionalParamSpec argument(int index, Argument argument, boolean rest) {
    PositionalParamSpec.Builder builder =
        PositionalParamSpec.builder()
            .paramLabel(argument.label())
            .description(escaped(argument.what()));
    return rest
        ? builder
            .index(index + "..*")
            .arity("1..*")
            .type(List.class)
            .auxiliaryTypes(String.class)
            .build()
        : builder
            .index(Integer.toString(index))
            .arity(argument.required() ? "1" : "0..1")
            .type(String.class)
            .build();
  }

  /// Picocli takes percent signs as formats.
  private static String escaped(String text) {
    return text.replace("%", "%%");
  }
}
