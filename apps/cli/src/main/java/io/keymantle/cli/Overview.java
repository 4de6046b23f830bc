package io.keymantle.cli;

import java.io.PrintStream;
import java.util.Optional;

/// The list of commands, all or those of one noun.
final class Overview {
  private Overview() {}

  /// @param noun the first word of the commands to list; empty for all
  static void print(PrintStream out, String noun) {
    if (noun.isEmpty()) {
      out.println("keymantle: AI agents use credentials they never see.");
      out.println();
    }
    out.println("Usage: keymantle " + (noun.isEmpty() ? "COMMAND" : noun + " VERB") + " [OPTIONS]");
    out.println();
    Table table = new Table("Command", "What it does");
    for (String name : Commands.NAMES) {
      if (noun.isEmpty() || name.startsWith(noun + " ")) {
        Optional<Command> command = Commands.find(name);
        command.ifPresent(verb -> table.row("  " + name, verb.describe().what()));
      }
    }
    table.print(out);
    out.println();
    out.println("keymantle COMMAND --help shows the options and examples of one.");
    if (noun.isEmpty()) {
      out.println("Exit status: 0 done, 1 refused or failed, 2 wrong usage, 3 no broker running.");
    }
  }
}
