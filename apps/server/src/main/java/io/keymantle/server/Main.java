package io.keymantle.server;

import io.keymantle.cli.CommandLineProgram;
import io.keymantle.cli.Terminal;
import io.keymantle.domain.HomeDirectory;

/// Where the launcher enters for the verbs that open a home.
public final class Main {
  private Main() {}

  /// Runs one verb and ends the process with its status, as on the whole command line.
  public static void main(String[] arguments) {
    int status =
        new CommandLineProgram(
                Terminal.ofThisProcess(), HomeDirectory.ofThisProcess(), ServerCommands::find)
            .run(arguments);
    Runtime.getRuntime().halt(status);
  }
}
