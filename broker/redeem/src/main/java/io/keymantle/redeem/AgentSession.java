package io.keymantle.redeem;

import io.keymantle.domain.Agent;
import io.keymantle.domain.TrustLevel;

/// An authenticated agent on one connection: which agent, at which trust level, under which `run`
/// (empty when under none). Lives as long as the connection may use it: [#isLive()] turns false
/// when the agent or its run is revoked.
public interface AgentSession {
  Agent agent();

  TrustLevel trust();

  String run();

  boolean isLive();

  /// Runs the action when the session ends by revocation, at once if it already has. Returns a
  /// handle that forgets the action.
  AutoCloseable onEnd(Runnable action);
}
