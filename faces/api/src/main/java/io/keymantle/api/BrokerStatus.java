package io.keymantle.api;

import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// What `status` tells.
///
/// @param api where the agent API listens; nowhere while the home is sealed
/// @param gateway the proxy's URL; nowhere while the home is sealed
/// @param gatewaySocket the Unix socket of the same
/// @param certificate the root certificate, PEM
/// @param sealed the home waits for its passphrase
/// @param passphrase people need to log in
/// @param notices what a person should know about this broker's trust level, one sentence each
public record BrokerStatus(
    Optional<URI> api,
    Optional<URI> gateway,
    Path gatewaySocket,
    Path certificate,
    long pid,
    String version,
    boolean sealed,
    boolean passphrase,
    List<String> notices) {
  public BrokerStatus {
    notices = List.copyOf(notices);
  }
}
