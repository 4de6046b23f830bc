package io.keymantle.control;

import io.keymantle.domain.AgentName;
import io.keymantle.domain.Credential;
import io.keymantle.domain.CredentialName;
import io.keymantle.domain.ErrorCode;
import io.keymantle.domain.GrantId;

/// What boundaries must know at once, kept in memory by `redeem`. Each call has taken effect when
/// it returns: after [#grantEnded] nothing of that grant is revealed. Calls are quick, never fail
/// and never touch a disk. Thread-safe.
public interface LiveView {
  /// A credential is there, or is now different: bindings, source, rules or value.
  void credentialChanged(Credential credential);

  /// A credential is gone; its grants were ended before.
  void credentialRemoved(CredentialName name);

  void agentAdded(StoredAgent agent);

  /// Ends the agent's sessions; its grants were ended before.
  void agentRevoked(AgentName name);

  void runStarted(Run run);

  /// Ends the sessions of the run; its grants were ended before.
  void runEnded(String run);

  /// A grant was issued; its credential was announced before.
  void grantIssued(StoredGrant grant);

  /// A grant has ended.
  ///
  /// @param why `grant_revoked`, `grant_expired` or `grant_used_up`
  void grantEnded(GrantId grant, ErrorCode why);

  /// An ended grant is no longer remembered: its token is now unknown.
  void grantForgotten(GrantId grant);
}
