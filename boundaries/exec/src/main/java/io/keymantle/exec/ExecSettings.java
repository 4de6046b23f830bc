package io.keymantle.exec;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/// What commands find around them.
///
/// @param keymantleHome never visible to a command
/// @param gatewaySocket the gateway's Unix socket; empty for commands without any network
/// @param files host files that appear read-only as `/run/keymantle/NAME`, such as a CA bundle
/// @param environment variables of every command, such as `HTTPS_PROXY` and `SSL_CERT_FILE`
public record ExecSettings(
    Path keymantleHome,
    Optional<Path> gatewaySocket,
    Map<String, Path> files,
    Map<String, String> environment) {
  public ExecSettings {
    files = Map.copyOf(files);
    environment = Map.copyOf(environment);
  }
}
