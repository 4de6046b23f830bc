package io.keymantle.domain;

import java.time.Instant;

/// An identity that asks for credentials.
///
/// @param owner the person who made it and answers for it
public record Agent(
    AgentName name, PersonName owner, EgressPolicy egress, Instant createdAt, boolean revoked) {}
