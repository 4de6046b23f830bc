package io.keymantle.ledger;

import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;

/// A 32-byte SHA-256 hash of the tree: a leaf, a node or a root. Immutable.
public final class TreeHash {
  private final byte[] bytes;

  /// @throws IllegalArgumentException unless there are 32 bytes
  public TreeHash(byte[] bytes) {
    if (bytes.length != Hashes.LENGTH) {
      throw new IllegalArgumentException("a tree hash has 32 bytes, not " + bytes.length);
    }
    this.bytes = bytes.clone();
  }

  /// The leaf hash of an entry's bytes (RFC 6962 section 2.1).
  public static TreeHash ofLeaf(byte[] entry) {
    return new TreeHash(Hashes.leaf(Hashes.sha256(), entry, 0, entry.length));
  }

  public byte[] bytes() {
    return bytes.clone();
  }

  public String base64() {
    return Base64.getEncoder().encodeToString(bytes);
  }

  /// The hexadecimal form.
  @Override
  public String toString() {
    return HexFormat.of().formatHex(bytes);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof TreeHash that && MessageDigest.isEqual(bytes, that.bytes);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bytes);
  }
}
