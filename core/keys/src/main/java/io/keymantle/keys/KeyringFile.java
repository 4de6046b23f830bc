package io.keymantle.keys;

import io.keymantle.domain.ErrorCode;
import io.keymantle.domain.RefusedException;
import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Arrays;
import javax.crypto.AEADBadTagException;

/// The keyring's file format, version 1: magic `KMKEYS`, version (2), [RootKeyHeader], nonce (12),
/// AES-256-GCM of [KeyringContents] with everything before as associated data, and SHA-256 of all
/// that. Every version ends with that digest, so that damage is told from a newer version; the
/// header's check value tells a wrong key from either.
final class KeyringFile {
  private static final byte[] MAGIC = "KMKEYS".getBytes(StandardCharsets.US_ASCII);
  private static final short VERSION = 1;
  private static final int DIGEST_LENGTH = 32;
  private static final int ASSOCIATED_LENGTH = 6 + 2 + RootKeyHeader.LENGTH;

  private KeyringFile() {}

  /// What a file holds in clear, and the ciphertext.
  @SuppressWarnings("ArrayRecordComponent") // A carrier within this room; never compared.
  record Sealed(RootKeyHeader header, byte[] associated, byte[] nonce, byte[] ciphertext) {
    @Override
    public String toString() {
      return "[sealed keyring]";
    }
  }

  static void write(
      Path file,
      RootKeyHeader header,
      byte[] rootKey,
      KeyringContents contents,
      SecureRandom random) {
    byte[] nonce = new byte[Aead.NONCE_LENGTH];
    random.nextBytes(nonce);
    ByteBuffer start = ByteBuffer.allocate(ASSOCIATED_LENGTH).put(MAGIC).putShort(VERSION);
    header.writeTo(start);
    byte[] associated = start.array();
    byte[] plain = contents.encode();
    byte[] sealingKey = sealingKey(header, rootKey);
    try {
      byte[] ciphertext = Aead.seal(sealingKey, nonce, associated, plain);
      ByteBuffer all =
          ByteBuffer.allocate(associated.length + nonce.length + ciphertext.length + DIGEST_LENGTH)
              .put(associated)
              .put(nonce)
              .put(ciphertext);
      all.put(sha256(all.array(), all.position()));
      PrivateFiles.write(file, all.array(), "rw-------");
    } finally {
      Aead.zero(plain);
      Aead.zero(sealingKey);
    }
  }

  /// Reads what is in clear.
  ///
  /// @throws RefusedException with `home_missing`, `home_unsafe`, `home_damaged` or `schema_newer`
  static Sealed read(Path file) {
    byte[] bytes = PrivateFiles.read(file);
    int end = bytes.length - DIGEST_LENGTH;
    if (end < MAGIC.length + 2
        || !Arrays.equals(bytes, 0, MAGIC.length, MAGIC, 0, MAGIC.length)
        || !Arrays.equals(sha256(bytes, end), Arrays.copyOfRange(bytes, end, bytes.length))) {
      throw damaged(file);
    }
    ByteBuffer in = ByteBuffer.wrap(bytes, 0, end).position(MAGIC.length);
    short version = in.getShort();
    if (version > VERSION) {
      throw RefusedException.of(
          ErrorCode.SCHEMA_NEWER,
          file
              + " was written by a newer Keymantle (format "
              + version
              + ", this one reads "
              + VERSION
              + ")",
          "use the newer Keymantle with this home");
    }
    try {
      RootKeyHeader header = RootKeyHeader.readFrom(in);
      byte[] nonce = new byte[Aead.NONCE_LENGTH];
      in.get(nonce);
      byte[] ciphertext = new byte[in.remaining()];
      in.get(ciphertext);
      return new Sealed(header, Arrays.copyOf(bytes, ASSOCIATED_LENGTH), nonce, ciphertext);
    } catch (BufferUnderflowException | IllegalArgumentException e) {
      throw damaged(file);
    }
  }

  /// Decrypts with a root key that the header's check value has confirmed.
  ///
  /// @throws RefusedException with `home_damaged`
  static KeyringContents open(Path file, Sealed sealed, byte[] rootKey) {
    byte[] sealingKey = sealingKey(sealed.header(), rootKey);
    try {
      byte[] plain =
          Aead.open(sealingKey, sealed.nonce(), sealed.associated(), sealed.ciphertext());
      try {
        return KeyringContents.decode(plain);
      } finally {
        Aead.zero(plain);
      }
    } catch (AEADBadTagException e) {
      throw damaged(file);
    } catch (IOException e) {
      throw damaged(file);
    } finally {
      Aead.zero(sealingKey);
    }
  }

  private static byte[] sealingKey(RootKeyHeader header, byte[] rootKey) {
    return Aead.derive(rootKey, header.salt(), "keymantle keyring 1");
  }

  private static byte[] sha256(byte[] bytes, int length) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      digest.update(bytes, 0, length);
      return digest.digest();
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("SHA-256 is not available", e);
    }
  }

  private static RefusedException damaged(Path file) {
    return RefusedException.of(
        ErrorCode.HOME_DAMAGED, file + " is damaged", "restore a backup of the home");
  }
}
