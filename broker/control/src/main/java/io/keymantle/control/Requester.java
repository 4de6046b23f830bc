package io.keymantle.control;

import io.keymantle.domain.Agent;
import io.keymantle.domain.TrustLevel;
import java.util.Optional;

/// An agent that was authenticated by its token, as the agent API serves it.
///
/// @param run the run that the token belongs to, when it is not the agent's own
public record Requester(Agent agent, TrustLevel trust, Optional<String> run) {}
