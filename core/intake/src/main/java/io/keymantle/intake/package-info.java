/// Seals a secret value to the broker's public key where it is typed or read, so that nothing
/// between there and the store can see it (docs/design.md §3, R2b). Use [Intake] to seal to an
/// [IntakeKey], [SealedValue] to carry the result, and [IntakeOpener] where the broker stores it.
///
/// The format is HPKE (RFC 9180) in base mode with the suite DHKEM(X25519, HKDF-SHA256),
/// HKDF-SHA256, AES-256-GCM, so that a browser or another program can seal as well.
@NullMarked
package io.keymantle.intake;

import org.jspecify.annotations.NullMarked;
