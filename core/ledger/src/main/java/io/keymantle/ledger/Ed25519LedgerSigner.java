package io.keymantle.ledger;

import io.keymantle.domain.ErrorCode;
import io.keymantle.domain.RefusedException;
import java.util.Arrays;
import org.bouncycastle.math.ec.rfc8032.Ed25519;

/// A [LedgerSigner] that holds its 32-byte seed in memory until closed.
///
/// Guarantees: the seed is copied, never shown, zeroed on close; `toString` names the log only.
public final class Ed25519LedgerSigner implements LedgerSigner, AutoCloseable {
  private final String origin;
  private final byte[] seed;
  private final byte[] publicKey = new byte[Ed25519.PUBLIC_KEY_SIZE];
  private boolean closed;

  /// @throws RefusedException with `invalid_configuration` unless the seed has 32 bytes and the
  ///   origin fits a signed note
  public Ed25519LedgerSigner(String origin, byte[] seed) {
    if (!LedgerPublicKey.isValidName(origin) || seed.length != Ed25519.SECRET_KEY_SIZE) {
      throw RefusedException.of(
          ErrorCode.INVALID_CONFIGURATION,
          "A ledger signer needs an origin without spaces or '+' and a seed of 32 bytes",
          "");
    }
    this.origin = origin;
    this.seed = seed.clone();
    Ed25519.generatePublicKey(this.seed, 0, publicKey, 0);
  }

  @Override
  public String origin() {
    return origin;
  }

  @Override
  public byte[] publicKey() {
    return publicKey.clone();
  }

  @Override
  public synchronized byte[] sign(byte[] message) {
    if (closed) {
      throw new IllegalStateException("the ledger signer is closed");
    }
    byte[] signature = new byte[Ed25519.SIGNATURE_SIZE];
    Ed25519.sign(seed, 0, publicKey, 0, message, 0, message.length, signature, 0);
    return signature;
  }

  @Override
  public synchronized void close() {
    closed = true;
    Arrays.fill(seed, (byte) 0);
  }

  @Override
  public String toString() {
    return "[ledger signer " + origin + "]";
  }
}
