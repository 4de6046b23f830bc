package io.keymantle.sandbox;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// What an agent under `run` sees: the machine as its user sees it, without Keymantle's home, other
/// well-known places of secrets and sockets, other processes, and every network but the route.
///
/// Guarantees: the Keymantle home, the processes and Unix sockets of the host, and every network
/// route but the gateway do not exist inside; only standard input, output and error are inherited;
/// system folders and Keymantle's own program are read-only.
///
/// Not guaranteed: what the agent writes in its working folder or in the user's home, and a person
/// later runs outside, runs with that person's rights; a hole in the kernel opens every namespace.
///
/// @param command the agent and its arguments; the program is looked up in the `PATH` of the
///   environment
/// @param environment all variables of the agent; those that name a socket which does not exist
///   inside are left out
/// @param workdir the working folder, writable inside
/// @param userHome the user's home folder, writable inside
/// @param keymantleHome hidden inside, when it is there; so is the system service's
/// @param route the way out; empty for no network at all
/// @param files host files that appear read-only as `/run/keymantle/NAME`, such as the CA
///   certificate
/// @param readOnly further places that the agent must not change: Keymantle's program folder
/// @param revealed well-known places of secrets below the user's home that stay visible
/// @param allowUnixSockets lets the agent use Unix sockets, among them those that others listen on
///   in visible folders
public record AgentProfile(
    List<String> command,
    Map<String, String> environment,
    Path workdir,
    Path userHome,
    Path keymantleHome,
    Optional<GatewayRoute> route,
    Map<String, Path> files,
    Set<Path> readOnly,
    Set<Path> revealed,
    boolean allowUnixSockets) {
  /// Where [#files] appear.
  public static final String FILES = "/run/keymantle";

  public AgentProfile {
    command = List.copyOf(command);
    environment = Map.copyOf(environment);
    files = Map.copyOf(files);
    readOnly = Set.copyOf(readOnly);
    revealed = Set.copyOf(revealed);
    if (command.isEmpty()) {
      throw new IllegalArgumentException("a command is needed");
    }
  }
}
