package io.keymantle.keys;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.SortedMap;
import java.util.TreeMap;

/// The plaintext of a keyring: every key of the home. Mutable only in its key-encryption keys,
/// under the keyring's lock.
///
/// @param keyEncryptionKeys by version, from 1; the highest is current
/// @param ledgerSeed Ed25519 seed that signs checkpoints (RFC 8032)
/// @param intakePrivateKey X25519 key that opens sealed values (RFC 7748)
/// @param hashKey HMAC key of keyed hashes
/// @param rootPrivateKey the root certificate's P-256 key, PKCS #8
/// @param rootCertificate the root certificate, DER
@SuppressWarnings("ArrayRecordComponent") // A carrier within this room; never compared.
record KeyringContents(
    SortedMap<Integer, byte[]> keyEncryptionKeys,
    byte[] ledgerSeed,
    byte[] intakePrivateKey,
    byte[] hashKey,
    byte[] rootPrivateKey,
    byte[] rootCertificate) {
  private static final int MAX_FIELD = 64 * 1024;
  private static final int MAX_VERSIONS = 100_000;

  byte[] encode() {
    ZeroedStream bytes = new ZeroedStream();
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      out.writeInt(keyEncryptionKeys.size());
      for (var entry : keyEncryptionKeys.entrySet()) {
        out.writeInt(entry.getKey());
        out.write(entry.getValue());
      }
      for (byte[] field :
          new byte[][] {ledgerSeed, intakePrivateKey, hashKey, rootPrivateKey, rootCertificate}) {
        out.writeInt(field.length);
        out.write(field);
      }
      return bytes.toByteArray();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      bytes.zero();
    }
  }

  /// @throws IOException when this is not what [#encode] writes
  static KeyringContents decode(byte[] encoded) throws IOException {
    DataInputStream in = new DataInputStream(new ByteArrayInputStream(encoded));
    int versions = in.readInt();
    if (versions < 1 || versions > MAX_VERSIONS) {
      throw new IOException("a keyring has at least one key-encryption key");
    }
    SortedMap<Integer, byte[]> keys = new TreeMap<>();
    for (int i = 0; i < versions; i++) {
      int version = in.readInt();
      byte[] key = new byte[Aead.KEY_LENGTH];
      in.readFully(key);
      keys.put(version, key);
    }
    KeyringContents contents =
        new KeyringContents(keys, field(in), field(in), field(in), field(in), field(in));
    if (in.available() > 0) {
      throw new IOException("more follows than a keyring has");
    }
    return contents;
  }

  private static byte[] field(DataInputStream in) throws IOException {
    int length = in.readInt();
    if (length < 0 || length > MAX_FIELD) {
      throw new IOException("a field is too long");
    }
    byte[] bytes = new byte[length];
    in.readFully(bytes);
    return bytes;
  }

  void zero() {
    keyEncryptionKeys.values().forEach(Aead::zero);
    Aead.zero(ledgerSeed);
    Aead.zero(intakePrivateKey);
    Aead.zero(hashKey);
    Aead.zero(rootPrivateKey);
  }

  @Override
  public String toString() {
    return "[keyring contents]";
  }

  private static final class ZeroedStream extends ByteArrayOutputStream {
    ZeroedStream() {
      // Large enough for what a keyring holds, so that no unzeroed copy is left by growing.
      super(16 * 1024);
    }

    void zero() {
      Aead.zero(buf);
    }
  }
}
