package io.keymantle.ledger;

/// The ledger's Ed25519 key as the ledger sees it: a name, the public half and the act of signing.
/// The private half stays with whoever implements this. Implementations are thread-safe.
///
/// Signing must be deterministic (RFC 8032), since the key that authenticates the journal is
/// derived from a signature.
public interface LedgerSigner {
  /// The log's identity, first line of each checkpoint and name of its key, such as
  /// `keymantle/4f1c…`: not empty, no space, no `+`, no line break.
  String origin();

  /// The raw public key, 32 bytes.
  byte[] publicKey();

  /// The 64-byte Ed25519 signature of the message.
  byte[] sign(byte[] message);

  /// The public half as a verifier needs it.
  default LedgerPublicKey verifierKey() {
    return new LedgerPublicKey(origin(), publicKey());
  }
}
