package io.keymantle.server;

import io.keymantle.cli.CommandLineProgram;
import java.net.URL;

/// Where the launcher enters for the verbs that open a home.
public final class Main {
  private Main() {}

  /// Runs one verb and ends the process with its status, as on the whole command line.
  public static void main(String[] arguments) {
    URL.setURLStreamHandlerFactory(new NoRemoteUrls());
    int status = CommandLineProgram.runHere(ServerCommands::find, arguments);
    Runtime.getRuntime().halt(status);
  }
}
