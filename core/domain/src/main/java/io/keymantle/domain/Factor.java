package io.keymantle.domain;

import java.util.Locale;

/// What a person proves to hold, beside their session, when they answer an approval.
public enum Factor {
  /// A time-based one-time code (RFC 6238).
  TOTP,
  /// A WebAuthn credential that signs the digest of the approval, with user verification.
  PASSKEY;

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
