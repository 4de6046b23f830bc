package io.keymantle.redeem;

import io.keymantle.domain.Credential;
import io.keymantle.domain.RefusedException;
import io.keymantle.otp.OtpSeed;
import io.keymantle.otp.Totp;
import io.keymantle.secret.SecretAccess;
import io.keymantle.secret.SecretBytes;
import java.time.Instant;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;

/// The time-based codes that a grant of kind `totp` lent, in the place of its seed: one per time
/// step, kept for redaction of what comes back. Thread-safe; its lock is held for arithmetic only.
///
/// A code may be lent again within its step: whether that is accepted is the third party's to say.
final class LentCodes {
  /// Codes of a quarter of an hour of steady use; older ones open nothing any more.
  private static final int KEPT = 32;

  private final NavigableMap<Long, SecretBytes> byStep = new TreeMap<>();
  private boolean closed;

  /// The code of the moment. Owned by this.
  ///
  /// @param fresh is run when it was not lent before, so that replies are masked for it
  /// @throws RefusedException with `value_unusable` when the value is no seed
  synchronized SecretBytes at(
      Credential credential, SecretBytes seed, Instant now, Runnable fresh) {
    long step = Totp.stepAt(now);
    SecretBytes known = byStep.get(step);
    if (known != null) {
      return known;
    }
    SecretBytes code = SecretBytes.adopt(credential.name().value(), code(seed, step));
    if (closed) {
      code.close();
      return code;
    }
    byStep.put(step, code);
    while (byStep.size() > KEPT) {
      byStep.pollFirstEntry().getValue().close();
    }
    fresh.run();
    return code;
  }

  private static byte[] code(SecretBytes seed, long step) {
    byte[][] code = new byte[1][];
    seed.reveal(
        SecretAccess.insecureMint(),
        (bytes, offset, length) -> {
          try (OtpSeed parsed = OtpSeed.parse(bytes, offset, length)) {
            code[0] = parsed.code(step);
          }
        });
    return code[0];
  }

  /// Copies of the codes that were lent. The caller closes them.
  synchronized List<SecretBytes> copies() {
    return byStep.values().stream().map(SecretBytes::copy).toList();
  }

  synchronized void close() {
    closed = true;
    byStep.values().forEach(SecretBytes::close);
    byStep.clear();
  }
}
