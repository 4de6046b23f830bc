package io.keymantle.control;

/// Whether a passphrase opens the home. Implemented where the keyring is.
public interface PassphraseCheck {
  /// False for a home that was made without one; its owner then needs no session.
  boolean required();

  /// Checks a passphrase; slow by intent. The caller zeroes the array.
  boolean matches(char[] passphrase);
}
