package io.keymantle.sandbox;

import java.nio.file.Path;

/// The one way out of a sandbox: connections to the relay inside reach the gateway's Unix socket,
/// each introduced by the preamble line that authenticates it as the agent.
///
/// @param socket the gateway's Unix socket on the host
/// @param agentToken the agent token (`kma_…`) of the preamble
public record GatewayRoute(Path socket, String agentToken) {
  /// The port on 127.0.0.1 inside a sandbox where the relay listens.
  public static final int PORT = 3128;

  /// The proxy URL inside a sandbox; it needs no user information.
  public static final String PROXY_URL = "http://127.0.0.1:" + PORT;

  /// @throws IllegalArgumentException when the token could break the preamble line
  public GatewayRoute {
    if (!agentToken.matches("[A-Za-z0-9_]{1,128}")) {
      throw new IllegalArgumentException("an agent token is letters, digits and '_'");
    }
  }

  /// Hides the token.
  @Override
  public String toString() {
    return "GatewayRoute[" + socket + "]";
  }
}
