package io.keymantle.api;

import io.keymantle.domain.TrustLevel;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// What `status` tells.
///
/// @param api where the agent API listens; nowhere while the home is sealed
/// @param gateway the proxy's URL; nowhere while the home is sealed
/// @param console where the web console is; nowhere when it is switched off
/// @param gatewayFolder where the Unix socket of the same is, for agents in namespaces of their own
/// @param certificate the root certificate, PEM
/// @param trust what separates agents that are not isolated from this broker
/// @param sealed the home waits for its passphrase
/// @param passphrase people need to log in
/// @param notices what a person should know about this broker's trust level, one sentence each
public record BrokerStatus(
    Optional<URI> api,
    Optional<URI> gateway,
    Optional<URI> console,
    Path gatewayFolder,
    Path certificate,
    long pid,
    String version,
    TrustLevel trust,
    boolean sealed,
    boolean passphrase,
    List<String> notices) {
  public BrokerStatus {
    notices = List.copyOf(notices);
  }
}
