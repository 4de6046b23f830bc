package io.keymantle.cli;

import io.keymantle.domain.HomeDirectory;

/// Where the launcher enters.
public final class Main {
  private Main() {}

  /// Runs one command and ends the process with its status: 0 done, 1 refused or failed, 2 wrong
  /// usage, 3 broker not reachable; `run` and `exec` pass the child's status through.
  public static void main(String[] arguments) {
    int status = CommandLineProgram.runHere(Commands::find, arguments);
    // The fast way out: nothing of this process outlives the command.
    Runtime.getRuntime().halt(status);
  }

  /// Runs one command and returns its status.
  static int run(Terminal terminal, HomeDirectory home, String... arguments) {
    return new CommandLineProgram(terminal, home, Commands::find).run(arguments);
  }
}
