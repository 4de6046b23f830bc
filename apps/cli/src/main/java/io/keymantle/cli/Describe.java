package io.keymantle.cli;

import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.Model.UsageMessageSpec;

/// Builds the description of a command. Built by calls rather than read from annotations: without
/// reflection a command starts in a third of the time.
public final class Describe {
  private final CommandSpec spec = CommandSpec.create();

  private Describe(String name, String what) {
    spec.name("keymantle " + name);
    spec.usageMessage().description(what).sortOptions(false).width(96);
    spec.addOption(
        OptionSpec.builder("--json").type(boolean.class).description("Answer as JSON.").build());
    spec.addOption(
        OptionSpec.builder("-h", "--help")
            .type(boolean.class)
            .usageHelp(true)
            .description("Show this help.")
            .build());
  }

  /// @param name as it is typed: `credential add`
  /// @param what one sentence
  public static Describe command(String name, String what) {
    return new Describe(name, what);
  }

  public Describe flag(String name, String what) {
    spec.addOption(OptionSpec.builder(name).type(boolean.class).description(what).build());
    return this;
  }

  public Describe option(String name, String label, String what) {
    spec.addOption(
        OptionSpec.builder(name).type(String.class).paramLabel(label).description(what).build());
    return this;
  }

  /// An option that may be repeated; its order is kept.
  public Describe options(String name, String label, String what) {
    spec.addOption(list(name, label, what).build());
    return this;
  }

  /// An option that takes `a,b,c` and may be repeated.
  public Describe commaOptions(String name, String label, String what) {
    spec.addOption(list(name, label, what).splitRegex(",").build());
    return this;
  }

  private static OptionSpec.Builder list(String name, String label, String what) {
    return OptionSpec.builder(name)
        .type(List.class)
        .auxiliaryTypes(String.class)
        .arity("1")
        .paramLabel(label)
        .description(what);
  }

  public Describe argument(int index, String label, String what) {
    return argument(index, label, what, "1");
  }

  public Describe optionalArgument(int index, String label, String what) {
    return argument(index, label, what, "0..1");
  }

  private Describe argument(int index, String label, String what, String arity) {
    spec.addPositional(
        PositionalParamSpec.builder()
            .index(Integer.toString(index))
            .arity(arity)
            .type(String.class)
            .paramLabel(label)
            .description(what)
            .build());
    return this;
  }

  /// The rest of the line; options are not looked for in it.
  public Describe rest(int index, String label, String what, String arity) {
    spec.parser().stopAtPositional(true);
    spec.addPositional(
        PositionalParamSpec.builder()
            .index(index + "..*")
            .arity(arity)
            .type(List.class)
            .auxiliaryTypes(String.class)
            .paramLabel(label)
            .description(what)
            .build());
    return this;
  }

  /// More text for `--help`, before the examples.
  public Describe details(String... lines) {
    UsageMessageSpec usage = spec.usageMessage();
    usage.description(concat(concat(usage.description(), ""), lines));
    return this;
  }

  public CommandSpec examples(String... examples) {
    String[] footer = new String[examples.length];
    for (int i = 0; i < examples.length; i++) {
      footer[i] = "  " + examples[i].replace("%", "%%");
    }
    spec.usageMessage().footerHeading("%nExamples:%n").footer(footer);
    return spec;
  }

  private static String[] concat(String[] first, String... second) {
    String[] all = java.util.Arrays.copyOf(first, first.length + second.length);
    System.arraycopy(second, 0, all, first.length, second.length);
    return all;
  }
}
