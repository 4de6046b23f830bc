package io.keymantle.control;

import java.time.Instant;
import java.util.Optional;

/// Keeps what there is one of in a home. Every method is one atomic and durable statement;
/// thread-safe; failures are `store_unavailable`.
public interface SettingStore {
  /// The home's epoch, 1 at first. Grants of an older epoch are dead.
  long epoch();

  /// Raises the epoch by one, marks every live grant as revoked, ends every run and every person's
  /// session, voids every invitation, and spends the time-based codes that could be valid now, as a
  /// restore must: it may have forgotten their use.
  ///
  /// @return the new epoch
  long bumpEpoch(Instant at);

  /// A setting's text, if it was ever put.
  Optional<String> setting(String name);

  void putSetting(String name, String value);
}
