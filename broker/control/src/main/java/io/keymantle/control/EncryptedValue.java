package io.keymantle.control;

/// A secret value as it is stored: an envelope that only `redeem` can open. Opaque here and in
/// every store.
///
/// @param envelope the ciphertext with its key version; not copied, treat as immutable
public record EncryptedValue(byte[] envelope) {
  @Override
  public String toString() {
    return "[encrypted value of " + envelope.length + " bytes]";
  }
}
