package io.keymantle.control;

import io.keymantle.domain.Credential;
import io.keymantle.intake.SealedValue;

/// Turns a value that was sealed where it was typed into the form that is stored. Implemented by
/// `redeem`, the only one that can open it.
public interface ValueIntake {
  /// Opens, checks and envelopes a value; stores nothing.
  ///
  /// @param credential what the value is for, with its bindings (`inject: always` needs at least 8
  ///   bytes) and with the [Credential#valueVersion] that the value will have
  /// @param sealed sealed for the name of the credential
  /// @throws io.keymantle.domain.RefusedException with `invalid_request` when it cannot be opened,
  ///   `value_unusable` when the value is empty, too long, or too short for a binding
  EncryptedValue envelope(Credential credential, SealedValue sealed);

  /// Checks a value that is already stored against changed bindings.
  ///
  /// @throws io.keymantle.domain.RefusedException with `value_unusable`
  void check(Credential credential);

  /// Checks the form of a source reference, reading nothing.
  ///
  /// @throws io.keymantle.domain.RefusedException naming what is wrong, and the fix
  void checkSource(Credential credential);
}
