package io.keymantle.control;

import java.time.Instant;
import java.util.Optional;

/// A person's passkey, without its key.
///
/// @param id the WebAuthn credential id in base64url
/// @param label what its person calls it
/// @param backupEligible a provider may copy it to further devices
/// @param disabled its sign counter went back, as when it was cloned
public record Passkey(
    String id,
    String label,
    boolean backupEligible,
    boolean disabled,
    Instant createdAt,
    Optional<Instant> usedAt) {}
