package io.keymantle.control;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/// SHA-256 over a label and parts, each preceded by its length, so that no two lists of parts run
/// together into the same bytes.
final class Digests {
  private Digests() {}

  static byte[] of(String label, String... parts) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      update(digest, label);
      for (String part : parts) {
        update(digest, part);
      }
      return digest.digest();
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  static String hex(String label, String... parts) {
    return HexFormat.of().formatHex(of(label, parts));
  }

  private static void update(MessageDigest digest, String part) {
    byte[] bytes = part.getBytes(StandardCharsets.UTF_8);
    digest.update((bytes.length + ":").getBytes(StandardCharsets.US_ASCII));
    digest.update(bytes);
  }
}
