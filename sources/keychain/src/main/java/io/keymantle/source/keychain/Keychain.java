package io.keymantle.source.keychain;

import io.keymantle.source.spi.SourceException;
import java.util.List;

/// One operating system's keychain. Thread-safe. It never asks anybody: what it cannot give without
/// a window is refused.
interface Keychain {
  /// @throws io.keymantle.domain.RefusedException with `invalid_configuration` when items are not
  ///   named so on this system
  void check(ItemName name);

  /// The only item that answers to a name.
  ///
  /// @throws SourceException with NOT_FOUND when there is none, FAILED when there are several,
  ///   UNAUTHENTICATED when it is locked
  KeychainItem read(ItemName name) throws SourceException;

  /// Reaches the keychain and sees whether it is open, without reading a value.
  void test() throws SourceException;

  /// How the items in it are named, as far as it is open.
  List<ItemName> names() throws SourceException;
}
