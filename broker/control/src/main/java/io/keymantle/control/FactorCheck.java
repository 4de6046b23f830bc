package io.keymantle.control;

import io.keymantle.domain.Factor;
import io.keymantle.domain.PersonName;
import java.util.Set;

/// Whether a person holds what they enrolled, beside their session. Implemented by `factors`, which
/// has the seeds that this room must not see. Thread-safe.
///
/// Guarantees: each code, recovery code and challenge counts once for ever, durably before the
/// answer; wrong, replayed and locked read the same outside (`factor_refused`), and the ledger
/// tells them apart; five wrong tries in a row lock a factor for 15 minutes, doubling up to a day,
/// and a hundred disable it until it is enrolled again.
///
/// Every method that checks throws [io.keymantle.domain.RefusedException] with `factor_refused`
/// when the proof is not accepted, `factor_not_enrolled` when the person has no such factor.
public interface FactorCheck {
  /// What a person has enrolled and confirmed. A factor that is locked or disabled is among them: a
  /// login that asks for it must go on asking.
  Set<Factor> active(PersonName person);

  /// A time-based code for one purpose, such as an approval's digest. Recovery codes are refused.
  ///
  /// @param purpose what the code is spent on, for the ledger; 32 bytes
  void totp(PersonName person, String code, byte[] purpose);

  /// A time-based code or a recovery code, at login.
  void loginCode(PersonName person, String code);

  /// A challenge that only a passkey of this person answers, for this digest, within two minutes,
  /// once.
  ///
  /// @param digest what the passkey is to sign for, such as an approval's; 32 bytes
  PasskeyChallenge challenge(PersonName person, byte[] digest);

  /// A passkey's answer to [#challenge], for the same person and digest.
  ///
  /// @param assertion the browser's `AuthenticationResponseJSON`
  void passkey(PersonName person, String challenge, String assertion, byte[] digest);

  /// A challenge for a login by passkey alone: who answers is not known yet.
  PasskeyChallenge loginChallenge();

  /// The person whose passkey answered a [#loginChallenge].
  PersonName login(String challenge, String assertion);
}
