package io.keymantle.factors;

import io.keymantle.control.EncryptedValue;
import io.keymantle.domain.PersonName;
import io.keymantle.otp.Totp;
import java.time.Instant;

/// A person's seed as it is stored.
///
/// @param version counts the seeds of this person, from 1; part of the envelope's identity
/// @param active confirmed by a code; until then it opens nothing
/// @param proven it was asked for with a proof by another factor
/// @param lastStep the latest time step whose code was accepted; none up to it ever is again
/// @param drift how many steps the authenticator's clock is ahead of ours
public record StoredTotp(
    PersonName person,
    long version,
    Totp totp,
    EncryptedValue seed,
    boolean active,
    boolean proven,
    Instant createdAt,
    long lastStep,
    int drift) {}
