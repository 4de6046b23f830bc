package io.keymantle.keys;

import io.keymantle.domain.ErrorCode;
import io.keymantle.domain.RefusedException;
import io.keymantle.keys.RootKey.Protection;
import io.keymantle.secret.SecretAccess;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HexFormat;
import org.bouncycastle.crypto.generators.Argon2BytesGenerator;
import org.bouncycastle.crypto.params.Argon2Parameters;

/// How the 32 bytes of a root key come about: stands in clear at the start of a keyring and of a
/// backup. With its check value a wrong key is told from damage before anything is decrypted.
///
/// The default cost, 64 MiB, 3 passes and 4 lanes, is RFC 9106's second recommended choice; about
/// 130 ms.
///
/// @param check 32 bytes derived from the root key, which say whether a key is the right one
@SuppressWarnings("ArrayRecordComponent") // A carrier within this room; never compared.
record RootKeyHeader(
    Protection protection, int memoryKib, int passes, int lanes, byte[] salt, byte[] check) {
  private static final int SALT_LENGTH = 16;
  private static final int CHECK_LENGTH = 32;
  static final int LENGTH = 1 + 4 + 4 + 4 + SALT_LENGTH + CHECK_LENGTH;

  private static final int MEMORY_KIB = 64 * 1024;
  private static final int PASSES = 3;
  private static final int LANES = 4;

  // What a reader accepts: whoever can write the file must not make the broker allocate at will.
  private static final int MAX_MEMORY_KIB = 1024 * 1024;
  private static final int MAX_PASSES = 16;
  private static final int MAX_LANES = 16;

  /// A header with the key that belongs to it. The caller zeroes the key.
  @SuppressWarnings("ArrayRecordComponent") // A carrier within this room; never compared.
  record Derived(RootKeyHeader header, byte[] rootKey) {
    @Override
    public String toString() {
      return "[root key]";
    }
  }

  /// Makes a header for a key, with a fresh salt.
  ///
  /// @throws RefusedException with `invalid_request` when the passphrase is empty
  static Derived create(RootKey key, SecureRandom random) {
    if (key instanceof RootKey.Passphrase passphrase && passphrase.secret().length() == 0) {
      throw RefusedException.of(
          ErrorCode.INVALID_REQUEST, "the passphrase is empty", "choose one of several words");
    }
    byte[] salt = new byte[SALT_LENGTH];
    random.nextBytes(salt);
    RootKeyHeader unchecked =
        new RootKeyHeader(
            key.protection(), MEMORY_KIB, PASSES, LANES, salt, new byte[CHECK_LENGTH]);
    byte[] rootKey = unchecked.stretch(key);
    RootKeyHeader header =
        new RootKeyHeader(
            key.protection(), MEMORY_KIB, PASSES, LANES, salt, unchecked.checkOf(rootKey));
    return new Derived(header, rootKey);
  }

  /// Derives the root key.
  ///
  /// @throws RefusedException with `wrong_key` when it is not the one that the header was made with
  byte[] derive(RootKey key, String what) {
    if (key.protection() != protection) {
      throw switch (protection) {
        case PASSPHRASE ->
            wrongKey(
                what + " is protected by a passphrase, not by a key file", "give the passphrase");
        case KEY_FILE ->
            wrongKey(
                what + " is protected by a key file, not by a passphrase", "give the key file");
      };
    }
    byte[] rootKey = stretch(key);
    if (!MessageDigest.isEqual(check, checkOf(rootKey))) {
      Aead.zero(rootKey);
      throw switch (protection) {
        case PASSPHRASE -> wrongKey("the passphrase is not the one of " + what, "try again");
        case KEY_FILE ->
            wrongKey(
                "the key file is not the one of " + what,
                "put back the key file that was made with it");
      };
    }
    return rootKey;
  }

  private byte[] stretch(RootKey key) {
    return switch (key) {
      case RootKey.KeyFile file -> PrivateFiles.readKeyFile(file.path());
      case RootKey.Passphrase passphrase -> {
        byte[] rootKey = new byte[Aead.KEY_LENGTH];
        passphrase
            .secret()
            .reveal(
                SecretAccess.insecureMint(),
                (bytes, offset, length) -> {
                  byte[] exact = Arrays.copyOfRange(bytes, offset, offset + length);
                  argon2id(exact, rootKey);
                  Aead.zero(exact);
                });
        yield rootKey;
      }
    };
  }

  private void argon2id(byte[] passphrase, byte[] into) {
    Argon2BytesGenerator generator = new Argon2BytesGenerator();
    generator.init(
        new Argon2Parameters.Builder(Argon2Parameters.ARGON2_id)
            .withVersion(Argon2Parameters.ARGON2_VERSION_13)
            .withMemoryAsKB(memoryKib)
            .withIterations(passes)
            .withParallelism(lanes)
            .withSalt(salt)
            .build());
    generator.generateBytes(passphrase, into);
  }

  private byte[] checkOf(byte[] rootKey) {
    return Aead.derive(rootKey, salt, "keymantle root key check 1");
  }

  void writeTo(ByteBuffer out) {
    out.put(code(protection)).putInt(memoryKib).putInt(passes).putInt(lanes).put(salt).put(check);
  }

  /// @throws BufferUnderflowException when the text ends early
  /// @throws IllegalArgumentException when a number is out of range
  static RootKeyHeader readFrom(ByteBuffer in) {
    byte code = in.get();
    int memoryKib = in.getInt();
    int passes = in.getInt();
    int lanes = in.getInt();
    byte[] salt = new byte[SALT_LENGTH];
    in.get(salt);
    byte[] check = new byte[CHECK_LENGTH];
    in.get(check);
    if (lanes < 1
        || lanes > MAX_LANES
        || memoryKib < 8 * lanes
        || memoryKib > MAX_MEMORY_KIB
        || passes < 1
        || passes > MAX_PASSES) {
      throw new IllegalArgumentException("a cost parameter is out of range");
    }
    return new RootKeyHeader(protection(code), memoryKib, passes, lanes, salt, check);
  }

  private static byte code(Protection protection) {
    return switch (protection) {
      case PASSPHRASE -> 1;
      case KEY_FILE -> 2;
    };
  }

  private static Protection protection(byte code) {
    return switch (code) {
      case 1 -> Protection.PASSPHRASE;
      case 2 -> Protection.KEY_FILE;
      default -> throw new IllegalArgumentException("a protection that is not known");
    };
  }

  private static RefusedException wrongKey(String message, String fix) {
    return RefusedException.of(ErrorCode.WRONG_KEY, message, fix);
  }

  @Override
  public String toString() {
    return "RootKeyHeader[" + protection + ", salt " + HexFormat.of().formatHex(salt) + "]";
  }
}
