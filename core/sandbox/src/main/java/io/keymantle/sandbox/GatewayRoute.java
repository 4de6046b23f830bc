package io.keymantle.sandbox;

import java.nio.file.Path;

/// The one way out of a sandbox: connections to the relay inside reach the gateway's Unix socket,
/// each introduced by the preamble line that authenticates it as the agent.
///
/// @param folder the host's folder of the gateway's Unix socket. It is the folder that is shown
///   inside, so that a broker that was started again is found there, and so it must hold nothing
///   that agents may not read
/// @param agentToken the agent token (`kma_…`) of the preamble
public record GatewayRoute(Path folder, String agentToken) {
  /// The socket's name in the folder.
  public static final String SOCKET = "gateway.sock";

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
    return "GatewayRoute[" + folder + "]";
  }
}
