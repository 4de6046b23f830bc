package io.keymantle.sandbox;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What a command of the command boundary sees: system folders read-only, an empty HOME and working
/// folder in memory unless pinned, no other process, no network but the route.
///
/// @param command absolute path of the program, and its arguments
/// @param environment all variables of the command, but for the private one
/// @param keymantleHome never visible inside
/// @param workdir the pinned working folder, writable; empty for a folder in memory
/// @param route the way out; empty for no network at all
/// @param files host files that appear read-only as `/run/keymantle/NAME`
/// @param delivery how the private bytes of [Confined#handOver] reach the command
public record CommandProfile(
    List<String> command,
    Map<String, String> environment,
    Path keymantleHome,
    Optional<Path> workdir,
    Optional<GatewayRoute> route,
    Map<String, Path> files,
    PrivateDelivery delivery) {
  /// HOME of every command, and its working folder unless pinned.
  public static final String HOME = "/run/home";

  public CommandProfile {
    command = List.copyOf(command);
    environment = Map.copyOf(environment);
    files = Map.copyOf(files);
    if (command.isEmpty() || !command.getFirst().startsWith("/")) {
      throw new IllegalArgumentException("an absolute path of a program is needed");
    }
  }
}
