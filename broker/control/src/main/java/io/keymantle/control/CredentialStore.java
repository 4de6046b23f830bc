package io.keymantle.control;

import io.keymantle.domain.Credential;
import io.keymantle.domain.CredentialName;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/// Keeps credentials and, beside them, their encrypted values. Every method is one atomic and
/// durable statement: when it returns, a crash cannot undo it; when it throws, nothing changed.
/// Thread-safe.
///
/// Failures of the disk or the database are `store_unavailable`.
public interface CredentialStore {
  /// All credentials, by name.
  List<Credential> all();

  /// Adds credentials, all or none, each with the value that is in the map under its name.
  ///
  /// @throws io.keymantle.domain.RefusedException with `already_exists` naming the first that does
  void add(List<Credential> credentials, Map<CredentialName, EncryptedValue> values);

  /// Replaces everything but the value: source, bindings, rules, version and time.
  ///
  /// @throws io.keymantle.domain.RefusedException with `not_found`
  void replace(Credential credential);

  /// Replaces the credential and stores the value of its [Credential#valueVersion]; values of
  /// versions below `oldestKept` are deleted.
  ///
  /// @throws io.keymantle.domain.RefusedException with `not_found`
  void rotate(Credential credential, EncryptedValue value, long oldestKept);

  /// Deletes values of versions below `oldestKept`.
  void forgetValues(CredentialName name, long oldestKept);

  /// Deletes the credential with all its values, and marks its live grants as revoked.
  ///
  /// @throws io.keymantle.domain.RefusedException with `not_found`
  void remove(CredentialName name, Instant at);
}
