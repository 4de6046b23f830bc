package io.keymantle.domain;

import java.time.Instant;
import java.util.Optional;

/// The decision that an agent may use a credential until a moment.
///
/// @param uses redemptions allowed in all; 0 means any number
/// @param epoch the home's epoch at issue; a restore bumps the epoch and so ends every older grant
/// @param run the `run` it was issued for, which ends it with itself; otherwise empty
/// @param revokedAt when it was taken back
public record Grant(
    GrantId id,
    CredentialName credential,
    AgentName agent,
    TrustLevel trust,
    String reason,
    Instant issuedAt,
    Instant expiresAt,
    int uses,
    long epoch,
    Optional<String> run,
    Optional<Instant> revokedAt) {

  public boolean isLive(Instant now) {
    return revokedAt.isEmpty() && now.isBefore(expiresAt);
  }
}
