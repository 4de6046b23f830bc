package io.keymantle.redeem;

import io.keymantle.control.EncryptedValue;
import io.keymantle.domain.CredentialName;
import java.util.SortedMap;

/// Reads encrypted values as the credential store keeps them. Values are written by
/// [io.keymantle.control.CredentialStore], in one statement with their credential. Thread-safe;
/// failures of the disk or the database are `store_unavailable`.
public interface ValueStore {
  /// The stored values of a credential by version, the current one last; empty when there are none.
  SortedMap<Long, EncryptedValue> values(CredentialName name);
}
