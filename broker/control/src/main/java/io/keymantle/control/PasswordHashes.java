package io.keymantle.control;

/// Hashes people's passwords, slowly by intent. Implemented where Argon2id is. Thread-safe.
///
/// Guarantees: at most a few are hashed at once, on threads of their own; the caller waits.
///
/// Every method throws [io.keymantle.domain.RefusedException] with `rate_limited` when too many
/// wait.
public interface PasswordHashes {
  /// The hash as a PHC string, with a salt of its own. The caller zeroes the array.
  String hash(char[] password);

  /// Whether the hash is this password's. The caller zeroes the array.
  boolean matches(char[] password, String hash);

  /// A hash that no password has and that costs as much to compare as any other.
  String decoy();
}
