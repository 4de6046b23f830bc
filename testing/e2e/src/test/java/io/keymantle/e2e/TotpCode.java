package io.keymantle.e2e;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.time.Instant;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/// A person's authenticator app: codes by RFC 6238, six digits, SHA-1.
///
/// @param secret in base 32, as the console shows it to who cannot scan
record TotpCode(String secret) {
  private static final String BASE32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  private static final int STEP_SECONDS = 30;

  /// The code of this step, or of one of those before it.
  String ago(int steps) {
    long step = Instant.now().getEpochSecond() / STEP_SECONDS - steps;
    try {
      Mac mac = Mac.getInstance("HmacSHA1");
      mac.init(new SecretKeySpec(key(), "HmacSHA1"));
      byte[] hash = mac.doFinal(ByteBuffer.allocate(Long.BYTES).putLong(step).array());
      int offset = hash[hash.length - 1] & 0xf;
      int number = ByteBuffer.wrap(hash).getInt(offset) & 0x7fff_ffff;
      return String.format("%06d", number % 1_000_000);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private byte[] key() {
    String digits = secret.replaceAll("[ =]", "");
    ByteBuffer bytes = ByteBuffer.allocate(digits.length() * 5 / 8);
    int bits = 0;
    int held = 0;
    for (char digit : digits.toCharArray()) {
      held = (held << 5 | BASE32.indexOf(digit)) & 0xfff;
      bits += 5;
      if (bits >= 8) {
        bits -= 8;
        bytes.put((byte) (held >> bits));
      }
    }
    return bytes.array();
  }
}
