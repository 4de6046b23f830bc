package io.keymantle.source.keychain;

import java.util.Arrays;

/// What was found under a name. Its value is zeroed on close.
final class KeychainItem implements AutoCloseable {
  private final byte[] value;
  private final String version;

  /// @param value taken over
  /// @param version when it was changed last; empty where the keychain does not say
  KeychainItem(byte[] value, String version) {
    this.value = value;
    this.version = version;
  }

  /// Stays here; good until the item is closed.
  byte[] value() {
    return value;
  }

  String version() {
    return version;
  }

  @Override
  public void close() {
    Arrays.fill(value, (byte) 0);
  }

  @Override
  public String toString() {
    return "[item of a keychain]";
  }
}
