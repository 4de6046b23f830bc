package io.keymantle.source.vault;

import io.keymantle.source.http.ProviderRequest;
import java.time.Duration;
import java.util.Optional;

/// A token of Vault, and for how long it was given.
///
/// Not guaranteed: that its memory is zeroed. The JDK takes a header as a String.
///
/// @param lease empty when it does not end, or nobody says when
record VaultToken(String header, Optional<Duration> lease, boolean renewable) {
  ProviderRequest on(ProviderRequest request) {
    return request.with("x-vault-token", header);
  }

  boolean isSame(VaultToken other) {
    return header.equals(other.header);
  }

  @Override
  public String toString() {
    return "[token of Vault]";
  }
}
