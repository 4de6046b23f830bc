package io.keymantle.keys;

import io.keymantle.domain.ErrorCode;
import io.keymantle.domain.RefusedException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.bouncycastle.crypto.generators.Argon2BytesGenerator;
import org.bouncycastle.crypto.params.Argon2Parameters;

/// The Argon2id hash (RFC 9106) of a person's password, as a PHC string:
/// `$argon2id$v=19$m=19456,t=2,p=1$salt$hash`.
///
/// The default cost, 19 MiB and 2 passes, is OWASP's first recommended choice: a broker of 256 MiB
/// can afford it, at about 60 ms.
///
/// @param memoryKib of each hash
public record PasswordHash(int memoryKib, int passes) {
  /// What people's passwords are hashed with.
  public static final PasswordHash DEFAULT = new PasswordHash(19_456, 2);

  private static final int SALT_LENGTH = 16;
  private static final int LENGTH = 32;
  private static final Pattern PHC =
      Pattern.compile(
          "\\$argon2id\\$v=19\\$m=(\\d{1,7}),t=(\\d{1,2}),p=(\\d)"
              + "\\$([A-Za-z0-9+/]{22})\\$([A-Za-z0-9+/]{43})");

  /// What a reader accepts: whoever can write the store must not make the broker allocate at will.
  private static final int MOST_MEMORY_KIB = 128 * 1024;

  /// Hashes a password, with a salt of its own. The caller zeroes the array.
  public String hash(byte[] password, SecureRandom random) {
    byte[] salt = random(SALT_LENGTH, random);
    return text(salt, stretch(password, salt, memoryKib, passes, 1));
  }

  /// A hash that no password has, at the same cost to compare.
  public String decoy(SecureRandom random) {
    return text(random(SALT_LENGTH, random), random(LENGTH, random));
  }

  private String text(byte[] salt, byte[] hash) {
    Base64.Encoder encoder = Base64.getEncoder().withoutPadding();
    return "$argon2id$v=19$m="
        + memoryKib
        + ",t="
        + passes
        + ",p=1$"
        + encoder.encodeToString(salt)
        + "$"
        + encoder.encodeToString(hash);
  }

  /// Whether a hash, of whatever cost, is this password's. The caller zeroes the array.
  ///
  /// @throws RefusedException with `home_damaged` when it is no such hash
  public static boolean matches(byte[] password, String phc) {
    Matcher parts = PHC.matcher(phc);
    if (!parts.matches()) {
      throw damaged();
    }
    int memory = Integer.parseInt(parts.group(1));
    int passes = Integer.parseInt(parts.group(2));
    int lanes = Integer.parseInt(parts.group(3));
    if (memory < 8 * lanes || memory > MOST_MEMORY_KIB || passes < 1 || lanes < 1) {
      throw damaged();
    }
    byte[] salt = Base64.getDecoder().decode(parts.group(4));
    byte[] hash = Base64.getDecoder().decode(parts.group(5));
    return MessageDigest.isEqual(hash, stretch(password, salt, memory, passes, lanes));
  }

  private static byte[] stretch(
      byte[] password, byte[] salt, int memoryKib, int passes, int lanes) {
    Argon2BytesGenerator generator = new Argon2BytesGenerator();
    generator.init(
        new Argon2Parameters.Builder(Argon2Parameters.ARGON2_id)
            .withVersion(Argon2Parameters.ARGON2_VERSION_13)
            .withMemoryAsKB(memoryKib)
            .withIterations(passes)
            .withParallelism(lanes)
            .withSalt(salt)
            .build());
    byte[] hash = new byte[LENGTH];
    generator.generateBytes(password, hash);
    return hash;
  }

  private static byte[] random(int length, SecureRandom random) {
    byte[] bytes = new byte[length];
    random.nextBytes(bytes);
    return bytes;
  }

  private static RefusedException damaged() {
    return RefusedException.of(
        ErrorCode.HOME_DAMAGED,
        "the store holds a password hash that is none",
        "restore a backup: keymantle restore FILE");
  }
}
