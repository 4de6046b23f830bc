package io.keymantle.policy;

/// What a person must show before a grant is issued.
public enum Factor {
  /// A six-digit time-based code (RFC 6238).
  TOTP
}
