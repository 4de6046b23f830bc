package io.keymantle.api;

import java.net.URI;
import java.nio.file.Path;
import java.util.List;

/// What `status` tells.
///
/// @param api where the agent API listens
/// @param gateway the proxy's URL
/// @param gatewaySocket the Unix socket of the same
/// @param certificate the root certificate, PEM
/// @param sealed the home waits for its passphrase
/// @param passphrase people need to log in
/// @param notices what a person should know about this broker's trust level, one sentence each
public record BrokerStatus(
    URI api,
    URI gateway,
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
