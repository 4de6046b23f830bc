package io.keymantle.policy;

import io.keymantle.domain.AgentName;
import io.keymantle.domain.CredentialName;

/// An agent's wish to use a credential.
///
/// @param agent who asks, authenticated
/// @param agentRevoked the agent was revoked
/// @param credential what is asked for
public record AccessRequest(AgentName agent, boolean agentRevoked, CredentialName credential) {}
