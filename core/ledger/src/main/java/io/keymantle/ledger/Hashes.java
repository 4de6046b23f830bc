package io.keymantle.ledger;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/// SHA-256 with the two domain prefixes of RFC 6962 section 2.1. A digest belongs to one thread.
final class Hashes {
  static final int LENGTH = 32;

  private Hashes() {}

  static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java platform has SHA-256", e);
    }
  }

  static byte[] leaf(MessageDigest digest, byte[] bytes, int offset, int length) {
    digest.update((byte) 0);
    digest.update(bytes, offset, length);
    return digest.digest();
  }

  static byte[] node(MessageDigest digest, byte[] left, byte[] right) {
    digest.update((byte) 1);
    digest.update(left);
    digest.update(right);
    return digest.digest();
  }
}
