package io.keymantle.factors;

import io.keymantle.control.EncryptedValue;
import io.keymantle.control.TotpSetup;
import io.keymantle.domain.PersonName;
import io.keymantle.keys.Envelopes;
import io.keymantle.keys.RecordIdentity;
import io.keymantle.otp.Base32;
import io.keymantle.otp.OtpSeed;
import io.keymantle.otp.Totp;
import io.keymantle.secret.SecretAccess;
import io.keymantle.secret.SecretBytes;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Arrays;
import java.util.OptionalLong;

/// Makes seeds, and finds the time step whose code was given.
///
/// Guarantees: a seed is in clear only while one code is checked or the new seed is shown; every
/// step of the window is compared, each in constant time, also after one has matched.
final class TotpSeeds {
  /// Steps to each side of the authenticator's own that are taken (RFC 6238 §5.2).
  static final int WINDOW = 1;

  /// How far an authenticator's clock may drift, in steps.
  static final int DRIFT_MOST = 2;

  private static final String ISSUER = "Keymantle";

  private final Envelopes envelopes;
  private final SecureRandom random;

  TotpSeeds(Envelopes envelopes, SecureRandom random) {
    this.envelopes = envelopes;
    this.random = random;
  }

  /// A new seed: as it is stored, and as its person sees it.
  record Fresh(StoredTotp stored, TotpSetup shown) {}

  /// The step of a code, and what to remember of the authenticator's clock.
  ///
  /// @param step empty when the code is that of none in the window
  record Match(OptionalLong step, int drift) {}

  Fresh fresh(PersonName person, long version, Totp totp, boolean proven, Instant now) {
    byte[] seed = new byte[totp.algorithm().seedLength()];
    random.nextBytes(seed);
    try (SecretBytes secret = SecretBytes.copyOf("seed of " + person, seed)) {
      EncryptedValue sealed =
          new EncryptedValue(envelopes.seal(Factors.seedIdentity(person, version), secret));
      String uri = OtpSeed.uri(totp, seed, ISSUER, person.value());
      return new Fresh(
          new StoredTotp(person, version, totp, sealed, false, proven, now, 0, 0),
          new TotpSetup(Long.toString(version), uri, Base32.encode(seed), QrRows.of(uri)));
    } finally {
      Arrays.fill(seed, (byte) 0);
    }
  }

  Match match(StoredTotp stored, String code, Instant now) {
    byte[] given = code.replace(" ", "").getBytes(StandardCharsets.UTF_8);
    long expected = Totp.stepAt(now) + stored.drift();
    RecordIdentity identity = Factors.seedIdentity(stored.person(), stored.version());
    long[] matched = {Long.MIN_VALUE};
    try (SecretBytes seed = envelopes.open(identity, stored.seed().envelope())) {
      seed.reveal(
          SecretAccess.insecureMint(),
          (bytes, offset, length) -> {
            byte[] key = Arrays.copyOfRange(bytes, offset, offset + length);
            for (long step = expected - WINDOW; step <= expected + WINDOW; step++) {
              boolean equal = MessageDigest.isEqual(stored.totp().code(key, step), given);
              matched[0] = equal ? step : matched[0];
            }
            Arrays.fill(key, (byte) 0);
          });
    }
    if (matched[0] == Long.MIN_VALUE) {
      return new Match(OptionalLong.empty(), stored.drift());
    }
    int moved = stored.drift() + Long.signum(matched[0] - expected);
    return new Match(OptionalLong.of(matched[0]), Math.clamp(moved, -DRIFT_MOST, DRIFT_MOST));
  }
}
