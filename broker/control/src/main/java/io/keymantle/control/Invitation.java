package io.keymantle.control;

import java.time.Instant;

/// Lets one person choose a password for an account, once and until a moment; kept as the hash of
/// its token (`kmi_…`).
public record Invitation(TokenHash token, Instant expiresAt) {}
