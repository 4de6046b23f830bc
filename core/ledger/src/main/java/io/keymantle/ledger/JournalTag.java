package io.keymantle.ledger;

import java.nio.charset.StandardCharsets;
import java.security.InvalidKeyException;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/// Authenticates what stands in the journal until a signed checkpoint covers it: HMAC-SHA-256,
/// first 128 bits, under a key that only the holder of the log's private key can derive. Not
/// thread-safe.
///
/// The key is the hash of the log's signature over a fixed text. Ed25519 is deterministic (RFC
/// 8032), so the same key returns after a restart; the text cannot be mistaken for a checkpoint,
/// whose second line is a number.
final class JournalTag {
  static final int LENGTH = 16;

  private static final String ALGORITHM = "HmacSHA256";

  private final Mac mac;

  private JournalTag(Mac mac) {
    this.mac = mac;
  }

  static JournalTag of(LedgerSigner signer) {
    String context = signer.origin() + "\nkeymantle journal key v1\n";
    byte[] signature = signer.sign(context.getBytes(StandardCharsets.UTF_8));
    byte[] key = Hashes.sha256().digest(signature);
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      mac.init(new SecretKeySpec(key, ALGORITHM));
      return new JournalTag(mac);
    } catch (NoSuchAlgorithmException | InvalidKeyException e) {
      throw new AssertionError("every Java platform has HMAC-SHA-256", e);
    } finally {
      Arrays.fill(key, (byte) 0);
      Arrays.fill(signature, (byte) 0);
    }
  }

  /// The tag over the bytes, of [#LENGTH].
  byte[] over(byte[] bytes, int offset, int length) {
    mac.update(bytes, offset, length);
    return Arrays.copyOf(mac.doFinal(), LENGTH);
  }
}
