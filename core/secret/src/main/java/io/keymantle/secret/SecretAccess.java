package io.keymantle.secret;

/// The capability to read plaintext out of [SecretBytes].
///
/// Minted only where docs/design.md R3 allows it: by `redeem` for boundaries, by `keys` and the
/// sources for the values they are just making. An architecture test names every caller of
/// [#insecureMint()].
public final class SecretAccess {
  private SecretAccess() {}

  /// Makes the capability. The name is meant to stand out in review.
  public static SecretAccess insecureMint() {
    return new SecretAccess();
  }
}
