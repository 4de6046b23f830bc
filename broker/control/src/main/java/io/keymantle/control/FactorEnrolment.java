package io.keymantle.control;

import io.keymantle.domain.PersonName;
import java.util.List;

/// The factors of a person as they make and end them. Implemented by `factors`. Thread-safe.
///
/// Guarantees: a person who has a factor changes none without a proof by one, so that a stolen
/// session can neither replace nor add one; what is shown once is in the answer and nowhere else.
///
/// A missing proof is `factor_required`, a wrong one `factor_refused`.
public interface FactorEnrolment {
  FactorStatus status(PersonName person);

  /// Makes a seed, which counts from [#confirmTotp] on; an earlier one stays until then. One that
  /// is not confirmed within ten minutes is dropped.
  ///
  /// @param algorithm `SHA1`, `SHA256` or `SHA512`
  /// @param digits 6 or 8
  /// @throws io.keymantle.domain.RefusedException with `invalid_request`
  TotpSetup enrolTotp(Actor.Person person, String algorithm, int digits, FactorProof proof);

  /// Puts the seed of [#enrolTotp] in force, by a code of it.
  ///
  /// @return ten new recovery codes, which replace all earlier ones
  /// @throws io.keymantle.domain.RefusedException with `not_found` when none waits
  List<String> confirmTotp(Actor.Person person, String code);

  void removeTotp(Actor.Person person, FactorProof proof);

  /// Ten new recovery codes, which replace all earlier ones.
  List<String> newRecoveryCodes(Actor.Person person, FactorProof proof);

  List<Passkey> passkeys(PersonName person);

  /// A challenge for a new passkey of the person.
  PasskeyChallenge registration(Actor.Person person);

  /// Adds a passkey.
  ///
  /// @param challenge the id of [#registration]'s
  /// @param attestation the browser's `RegistrationResponseJSON`
  /// @param label what the person calls it
  Passkey addPasskey(
      Actor.Person person, String challenge, String attestation, String label, FactorProof proof);

  /// @throws io.keymantle.domain.RefusedException with `not_found`
  void removePasskey(Actor.Person person, String id, FactorProof proof);

  /// A challenge for a [FactorProof.ByPasskey].
  PasskeyChallenge proofChallenge(Actor.Person person);

  /// Forgets every factor of a person who leaves or starts anew.
  ///
  /// @param by who decided that
  void forget(Actor by, PersonName person);
}
