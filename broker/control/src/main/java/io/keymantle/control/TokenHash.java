package io.keymantle.control;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/// The SHA-256 of a bearer token, the only form in which tokens are kept.
///
/// Looking one up in a map leaks nothing by its timing: whoever can choose a token cannot choose
/// its hash, and the tokens carry 238 random bits.
public record TokenHash(long a, long b, long c, long d) {
  /// Bytes of the binary form.
  public static final int LENGTH = 32;

  /// Hashes a token's text.
  public static TokenHash of(String token) {
    try {
      return ofBytes(
          MessageDigest.getInstance("SHA-256").digest(token.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  /// Reads the binary form, as stores keep it.
  ///
  /// @throws IllegalArgumentException when it is not 32 bytes
  public static TokenHash ofBytes(byte[] bytes) {
    if (bytes.length != LENGTH) {
      throw new IllegalArgumentException("a token hash is 32 bytes");
    }
    ByteBuffer buffer = ByteBuffer.wrap(bytes);
    return new TokenHash(buffer.getLong(), buffer.getLong(), buffer.getLong(), buffer.getLong());
  }

  /// The binary form, 32 bytes.
  public byte[] bytes() {
    return ByteBuffer.allocate(LENGTH).putLong(a).putLong(b).putLong(c).putLong(d).array();
  }

  @Override
  public int hashCode() {
    return Long.hashCode(a);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof TokenHash(long oa, long ob, long oc, long od)
        && ((a ^ oa) | (b ^ ob) | (c ^ oc) | (d ^ od)) == 0;
  }

  @Override
  public String toString() {
    return "[token hash]";
  }
}
