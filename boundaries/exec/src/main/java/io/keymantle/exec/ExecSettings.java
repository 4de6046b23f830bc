package io.keymantle.exec;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/// What commands find around them.
///
/// @param keymantleHome never visible to a command
/// @param gatewayFolder the folder of the gateway's Unix socket; empty for commands without any
///   network
/// @param files host files that appear read-only as `/run/keymantle/NAME`, such as a CA bundle
/// @param environment variables of every command, such as `HTTPS_PROXY` and `SSL_CERT_FILE`
/// @param atOnce how many commands may run at the same time, of all agents together: each costs
///   some 60 MB beside its own
public record ExecSettings(
    Path keymantleHome,
    Optional<Path> gatewayFolder,
    Map<String, Path> files,
    Map<String, String> environment,
    int atOnce) {
  /// Commands at the same time, unless set.
  public static final int DEFAULT_AT_ONCE = 16;

  public ExecSettings {
    files = Map.copyOf(files);
    environment = Map.copyOf(environment);
  }

  /// With the default for commands at the same time.
  public ExecSettings(
      Path keymantleHome,
      Optional<Path> gatewayFolder,
      Map<String, Path> files,
      Map<String, String> environment) {
    this(keymantleHome, gatewayFolder, files, environment, DEFAULT_AT_ONCE);
  }
}
