package io.keymantle.control;

import java.util.Arrays;

/// A secret value as it is stored: an envelope that only `redeem` can open. Opaque here and in
/// every store.
public final class EncryptedValue {
  private final byte[] envelope;

  /// @param envelope the ciphertext with its key version; not copied, never changed afterwards
  public EncryptedValue(byte[] envelope) {
    this.envelope = envelope;
  }

  /// The ciphertext; not a copy, not to be changed.
  public byte[] envelope() {
    return envelope;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof EncryptedValue that && Arrays.equals(envelope, that.envelope);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(envelope);
  }

  @Override
  public String toString() {
    return "[encrypted value of " + envelope.length + " bytes]";
  }
}
