package io.keymantle.gateway;

import io.netty.channel.ChannelPipeline;
import java.util.Optional;

/// Takes over a connection whose first request is in origin form (`GET /v1/…`): the agent API,
/// which shares the gateway's listeners.
@FunctionalInterface
public interface OriginFormHandler {

  /// Adds handlers to an empty pipeline, on its event loop. Every byte that was read so far,
  /// request line included, follows as the first read once this returns.
  ///
  /// @param agentToken the token that the preamble of a Unix socket carried; empty on TCP
  void take(ChannelPipeline pipeline, Optional<String> agentToken);
}
