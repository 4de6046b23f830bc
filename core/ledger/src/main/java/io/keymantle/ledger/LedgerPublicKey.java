package io.keymantle.ledger;

import io.keymantle.domain.ErrorCode;
import io.keymantle.domain.RefusedException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import org.bouncycastle.math.ec.rfc8032.Ed25519;

/// A log's name with its Ed25519 public key, as needed to verify checkpoints; text form is the
/// verifier key of C2SP signed-note: `name+keyid+base64`. Immutable.
public final class LedgerPublicKey {
  static final byte ALGORITHM_ED25519 = 1;
  private static final int LENGTH = Ed25519.PUBLIC_KEY_SIZE;

  private final String name;
  private final byte[] key;
  private final int keyId;

  /// @throws RefusedException with `invalid_configuration` unless the name fits a signed note and
  ///   the key has 32 bytes
  public LedgerPublicKey(String name, byte[] key) {
    if (!isValidName(name) || key.length != LENGTH) {
      throw RefusedException.of(
          ErrorCode.INVALID_CONFIGURATION,
          "A ledger key needs a name without spaces or '+' and 32 bytes",
          "take the key as `keymantle ledger verify --help` shows it");
    }
    this.name = name;
    this.key = key.clone();
    this.keyId = keyId(name, this.key);
  }

  /// Reads `name+keyid+base64`.
  ///
  /// @throws RefusedException with `invalid_configuration` when it is not one or its key id does
  ///   not match
  public static LedgerPublicKey parse(String text) {
    String[] parts = text.strip().split("\\+", 3);
    try {
      if (parts.length == 3 && parts[1].length() == 8) {
        byte[] decoded = Base64.getDecoder().decode(parts[2]);
        if (decoded.length == 1 + LENGTH && decoded[0] == ALGORITHM_ED25519) {
          var key = new LedgerPublicKey(parts[0], Arrays.copyOfRange(decoded, 1, decoded.length));
          if (Integer.parseUnsignedInt(parts[1], 16) == key.keyId) {
            return key;
          }
        }
      }
    } catch (IllegalArgumentException malformed) {
      // Answered below, as any other malformed key.
    }
    throw RefusedException.of(
        ErrorCode.INVALID_CONFIGURATION,
        "The ledger's public key is not of the form name+keyid+base64",
        "copy the whole line that `keymantle status --json` gives as ledgerKey");
  }

  public String name() {
    return name;
  }

  /// The raw key, 32 bytes.
  public byte[] bytes() {
    return key.clone();
  }

  int keyId() {
    return keyId;
  }

  boolean verifies(byte[] message, byte[] signature) {
    return signature.length == Ed25519.SIGNATURE_SIZE
        && Ed25519.verify(signature, 0, key, 0, message, 0, message.length);
  }

  static boolean isValidName(String name) {
    return !name.isEmpty()
        && name.indexOf('+') < 0
        && name.chars().noneMatch(c -> Character.isWhitespace(c) || Character.isISOControl(c));
  }

  private static int keyId(String name, byte[] key) {
    var digest = Hashes.sha256();
    digest.update(name.getBytes(StandardCharsets.UTF_8));
    digest.update((byte) '\n');
    digest.update(ALGORITHM_ED25519);
    digest.update(key);
    return ByteBuffer.wrap(digest.digest()).getInt();
  }

  /// The text form `name+keyid+base64`.
  @Override
  public String toString() {
    byte[] typed = new byte[1 + LENGTH];
    typed[0] = ALGORITHM_ED25519;
    System.arraycopy(key, 0, typed, 1, LENGTH);
    return name
        + "+"
        + String.format("%08x", keyId)
        + "+"
        + Base64.getEncoder().encodeToString(typed);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof LedgerPublicKey that
        && name.equals(that.name)
        && Arrays.equals(key, that.key);
  }

  @Override
  public int hashCode() {
    return keyId;
  }
}
