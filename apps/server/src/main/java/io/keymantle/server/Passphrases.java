package io.keymantle.server;

import io.keymantle.secret.SecretBytes;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// Turns a typed passphrase into the bytes that keys are derived from, with no copy left behind.
final class Passphrases {
  private static final int MOST_BYTES_PER_CHAR = 3;

  private Passphrases() {}

  /// The passphrase in UTF-8; an unpaired surrogate is left out. The caller zeroes the array and
  /// closes the secret.
  static SecretBytes secret(char[] typed) {
    byte[] room = new byte[typed.length * MOST_BYTES_PER_CHAR];
    ByteBuffer target = ByteBuffer.wrap(room);
    var _ = StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(typed), target, true);
    byte[] bytes = Arrays.copyOf(room, target.position());
    Arrays.fill(room, (byte) 0);
    return SecretBytes.adopt("passphrase", bytes);
  }
}
