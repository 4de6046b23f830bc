package io.keymantle.domain;

import java.time.Instant;

/// An identity that asks for credentials.
public record Agent(AgentName name, EgressPolicy egress, Instant createdAt, boolean revoked) {}
