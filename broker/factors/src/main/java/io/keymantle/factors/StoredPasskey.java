package io.keymantle.factors;

import io.keymantle.domain.PersonName;
import java.time.Instant;
import java.util.Optional;

/// A person's passkey as it is stored. Nothing in it is secret.
///
/// @param id the WebAuthn credential id in base64url
/// @param attested the attested credential data of the registration in base64url: authenticator
///   model, id and public key
/// @param counter the highest sign counter seen; 0 where the authenticator has none
/// @param backupEligible a provider may copy it to further devices
/// @param disabled its counter went back
public record StoredPasskey(
    String id,
    PersonName person,
    String label,
    String attested,
    long counter,
    boolean backupEligible,
    boolean disabled,
    Instant createdAt,
    Optional<Instant> usedAt) {

  /// Whether a counter may follow the one seen: authenticators without one always send 0, the
  /// others count up (WebAuthn §6.1.1).
  public boolean mayFollow(long next) {
    return (counter == 0 && next == 0) || next > counter;
  }
}
