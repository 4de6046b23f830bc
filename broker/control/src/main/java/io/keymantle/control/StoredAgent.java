package io.keymantle.control;

import io.keymantle.domain.Agent;

/// An agent with the hash of its token.
public record StoredAgent(Agent agent, TokenHash token) {}
