package io.keymantle.keys;

import io.keymantle.domain.ErrorCode;
import io.keymantle.domain.RefusedException;
import io.keymantle.secret.SecretAccess;
import io.keymantle.secret.SecretBytes;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Arrays;
import javax.crypto.AEADBadTagException;

/// Envelope encryption of records: each is encrypted under a data key (DEK) of its own, which is
/// wrapped under the current key-encryption key (KEK) of the keyring. Thread-safe.
///
/// Guarantees: a record opens only as what it was sealed as, since its [RecordIdentity] is
/// associated data of both encryptions; any changed byte is detected; a new KEK version re-wraps
/// the data key and leaves the ciphertext.
///
/// Not guaranteed: that the newest version of a record is the one presented. The caller keeps the
/// version it expects and says so in the identity.
///
/// Layout: format byte 1, KEK version (4), nonce of the wrap (12), wrapped DEK (48), nonce (12),
/// ciphertext and tag. One KEK wraps at most 2^31 records, half of what random 96-bit nonces allow
/// (NIST SP 800-38D §8.3); [Keyring#rotate] long before that.
public final class Envelopes {
  private static final byte FORMAT = 1;
  private static final int WRAPPED_LENGTH = Aead.KEY_LENGTH + Aead.TAG_LENGTH;
  private static final int WRAP_HEADER_LENGTH = 1 + 4;
  private static final int SHORTEST =
      WRAP_HEADER_LENGTH + 2 * Aead.NONCE_LENGTH + WRAPPED_LENGTH + Aead.TAG_LENGTH;

  private final Keyring keyring;
  private final SecureRandom random;

  Envelopes(Keyring keyring, SecureRandom random) {
    this.keyring = keyring;
    this.random = random;
  }

  /// Encrypts a value as this record. The caller still closes the value.
  public byte[] seal(RecordIdentity identity, SecretBytes value) {
    byte[] dataKey = randomBytes(Aead.KEY_LENGTH);
    try {
      byte[] nonce = randomBytes(Aead.NONCE_LENGTH);
      byte[] associated = dataAssociated(identity);
      byte[][] ciphertext = new byte[1][];
      value.reveal(
          SecretAccess.insecureMint(),
          (bytes, offset, length) ->
              ciphertext[0] = Aead.seal(dataKey, nonce, associated, bytes, offset, length));
      return assemble(wrap(identity, dataKey), nonce, ciphertext[0]);
    } finally {
      Aead.zero(dataKey);
    }
  }

  /// Decrypts a record. The caller closes the result, whose label is the record's name.
  ///
  /// @throws RefusedException with `home_damaged` when the envelope was changed, or is of another
  ///   record or version; `schema_newer` when it is of a newer format
  public SecretBytes open(RecordIdentity identity, byte[] envelope) {
    byte[] dataKey = unwrap(identity, envelope);
    try {
      int at = WRAP_HEADER_LENGTH + Aead.NONCE_LENGTH + WRAPPED_LENGTH;
      byte[] nonce = Arrays.copyOfRange(envelope, at, at + Aead.NONCE_LENGTH);
      byte[] ciphertext = Arrays.copyOfRange(envelope, at + Aead.NONCE_LENGTH, envelope.length);
      return SecretBytes.adopt(
          identity.name(), Aead.open(dataKey, nonce, dataAssociated(identity), ciphertext));
    } catch (AEADBadTagException e) {
      throw damaged(identity);
    } finally {
      Aead.zero(dataKey);
    }
  }

  /// Wraps the record's data key under the current KEK version; the value itself is not decrypted.
  ///
  /// @throws RefusedException as [#open]
  public byte[] rekey(RecordIdentity identity, byte[] envelope) {
    byte[] dataKey = unwrap(identity, envelope);
    try {
      byte[] wrap = wrap(identity, dataKey);
      byte[] rekeyed = envelope.clone();
      System.arraycopy(wrap, 0, rekeyed, 0, wrap.length);
      return rekeyed;
    } finally {
      Aead.zero(dataKey);
    }
  }

  /// The KEK version that an envelope is wrapped under.
  ///
  /// @throws RefusedException with `home_damaged` or `schema_newer`
  public int keyVersion(byte[] envelope) {
    return header(new RecordIdentity("record", "of the store", 0), envelope);
  }

  private byte[] wrap(RecordIdentity identity, byte[] dataKey) {
    int version = keyring.currentKeyVersion();
    byte[] header = ByteBuffer.allocate(WRAP_HEADER_LENGTH).put(FORMAT).putInt(version).array();
    byte[] nonce = randomBytes(Aead.NONCE_LENGTH);
    byte[] kek = keyring.keyEncryptionKey(version);
    try {
      byte[] wrapped = Aead.seal(kek, nonce, wrapAssociated(header, identity), dataKey);
      return assemble(header, nonce, wrapped);
    } finally {
      Aead.zero(kek);
    }
  }

  private byte[] unwrap(RecordIdentity identity, byte[] envelope) {
    int version = header(identity, envelope);
    if (!keyring.hasKeyVersion(version)) {
      throw damaged(identity);
    }
    byte[] header = Arrays.copyOf(envelope, WRAP_HEADER_LENGTH);
    int at = WRAP_HEADER_LENGTH;
    byte[] nonce = Arrays.copyOfRange(envelope, at, at + Aead.NONCE_LENGTH);
    at += Aead.NONCE_LENGTH;
    byte[] wrapped = Arrays.copyOfRange(envelope, at, at + WRAPPED_LENGTH);
    byte[] kek = keyring.keyEncryptionKey(version);
    try {
      return Aead.open(kek, nonce, wrapAssociated(header, identity), wrapped);
    } catch (AEADBadTagException e) {
      throw damaged(identity);
    } finally {
      Aead.zero(kek);
    }
  }

  private static int header(RecordIdentity identity, byte[] envelope) {
    if (envelope.length < SHORTEST || envelope[0] < FORMAT) {
      throw damaged(identity);
    }
    if (envelope[0] > FORMAT) {
      throw RefusedException.of(
          ErrorCode.SCHEMA_NEWER,
          "the stored "
              + identity.kind()
              + " "
              + identity.name()
              + " was written by a newer Keymantle",
          "use the newer Keymantle with this home");
    }
    return ByteBuffer.wrap(envelope, 1, 4).getInt();
  }

  private static byte[] wrapAssociated(byte[] header, RecordIdentity identity) {
    return assemble(label("keymantle envelope key"), header, identity.encoded());
  }

  /// Without the KEK version, so that [#rekey] need not touch the ciphertext.
  private static byte[] dataAssociated(RecordIdentity identity) {
    return assemble(label("keymantle envelope data"), new byte[] {FORMAT}, identity.encoded());
  }

  private static byte[] label(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  private static byte[] assemble(byte[]... parts) {
    int length = 0;
    for (byte[] part : parts) {
      length += part.length;
    }
    ByteBuffer all = ByteBuffer.allocate(length);
    for (byte[] part : parts) {
      all.put(part);
    }
    return all.array();
  }

  private byte[] randomBytes(int length) {
    byte[] bytes = new byte[length];
    random.nextBytes(bytes);
    return bytes;
  }

  private static RefusedException damaged(RecordIdentity identity) {
    return RefusedException.of(
        ErrorCode.HOME_DAMAGED,
        "the stored "
            + identity.kind()
            + " "
            + identity.name()
            + " does not open: it was changed, moved or put back from an older version",
        "set it again, or restore a backup");
  }
}
