package io.keymantle.factors;

import io.keymantle.control.TokenHash;
import io.keymantle.domain.PersonName;
import io.keymantle.otp.Totp;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/// Keeps people's factors. Every method is one atomic and durable statement: when it returns, a
/// crash cannot undo it; when it throws, nothing changed. Thread-safe.
///
/// Guarantees: of many tries of one code at once, also from several brokers, one is accepted; a try
/// writes the [Gate] whatever its outcome.
///
/// Failures of the disk or the database are `store_unavailable`.
public interface FactorStore {
  /// The latest time step whose code can be accepted at a moment, with the most drift.
  static long latestStep(Instant now) {
    return Totp.stepAt(now) + TotpSeeds.WINDOW + TotpSeeds.DRIFT_MOST;
  }

  /// The seed in force.
  Optional<StoredTotp> activeTotp(PersonName person);

  /// The seed that waits for its first code.
  Optional<StoredTotp> proposedTotp(PersonName person);

  Gate gate(PersonName person, GateName name);

  /// A number that no seed of this person has had.
  long nextTotpVersion(PersonName person);

  /// Stores a seed that is not active, in the place of an earlier one that is not.
  void proposeTotp(StoredTotp proposed);

  /// Puts the proposed seed in force, in the place of the one before; its step counts as used. The
  /// gate opens, and recovery codes are replaced.
  ///
  /// @return false when it is not there any more, or when it was proposed without a proof and the
  ///   person has got a factor since; nothing is changed then
  boolean confirmTotp(
      PersonName person, long version, long step, int drift, Set<TokenHash> recoveryCodes);

  /// A try of a code: accepted when the gate is open and the step is later than the last one used,
  /// which it then is.
  ///
  /// @param step the time step whose code it is; empty when it is that of none
  /// @param drift what to remember of the authenticator's clock when it is accepted
  Outcome tryStep(PersonName person, long version, OptionalLong step, int drift, Instant now);

  /// Forgets both seeds, and the recovery codes when no passkey is left.
  void removeTotp(PersonName person);

  /// A try of a recovery code, which is then forgotten.
  Outcome tryRecoveryCode(PersonName person, TokenHash code, Instant now);

  void replaceRecoveryCodes(PersonName person, Set<TokenHash> codes);

  int recoveryCodes(PersonName person);

  /// The handle by which authenticators know a person (WebAuthn §14.6.1), in base64url.
  Optional<String> userHandle(PersonName person);

  /// The handle of a person, which is the fresh one when there was none.
  String assignUserHandle(PersonName person, String fresh);

  /// A person's passkeys, oldest first.
  List<StoredPasskey> passkeys(PersonName person);

  Optional<StoredPasskey> passkey(String id);

  /// Adds a passkey.
  ///
  /// @param proven whether the person has shown another factor
  /// @return false when that was needed, because there is one; nothing is changed then
  /// @throws io.keymantle.domain.RefusedException with `already_exists`
  boolean addPasskey(StoredPasskey passkey, boolean proven);

  /// A try of a passkey: accepted when the gate is open, the passkey is the person's and not
  /// disabled, and its counter may follow. One whose counter went back is disabled.
  ///
  /// @param counter what it signed with; empty when the assertion is not valid
  Outcome tryPasskey(PersonName person, String id, OptionalLong counter, Instant now);

  /// Forgets a passkey, and the recovery codes when no factor is left.
  ///
  /// @return false when the person has none of this id
  boolean removePasskey(PersonName person, String id);

  /// Forgets all factors of a person but the count of seeds.
  void forget(PersonName person);
}
