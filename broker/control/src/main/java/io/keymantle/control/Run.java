package io.keymantle.control;

import io.keymantle.domain.AgentName;
import io.keymantle.domain.TrustLevel;
import java.time.Instant;

/// One `keymantle run`: an agent at work, with a token of its own that ends with it.
///
/// @param id `r_` and 16 characters of `a-z 0-9`
/// @param token hash of the run's agent token
/// @param expiresAt when it ends by itself, if nobody ended it
public record Run(
    String id,
    AgentName agent,
    TrustLevel trust,
    TokenHash token,
    Instant startedAt,
    Instant expiresAt) {}
