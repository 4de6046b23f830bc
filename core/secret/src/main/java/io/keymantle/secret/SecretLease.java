package io.keymantle.secret;

import io.keymantle.domain.CredentialName;

/// A secret value lent to a boundary for one use, already recorded durably in the ledger.
///
/// Thread-safe. A lease that was closed, or whose grant was revoked, reveals nothing more.
public interface SecretLease extends AutoCloseable {
  CredentialName credential();

  /// The operation under which the redemption stands in the ledger.
  String operation();

  /// Pushes the value into the sink.
  ///
  /// @throws io.keymantle.domain.RefusedException when the grant ended since the lease was given
  void reveal(SecretSink sink);

  /// Records how the use ended; once. The record is not waited for.
  ///
  /// @param result `ok`, `refused` or `failed`
  /// @param code a stable error code, or the upstream's status such as `200`
  void outcome(String result, String code);

  /// Ends the lease; without an earlier [#outcome] the use is recorded as `unknown`.
  @Override
  void close();
}
