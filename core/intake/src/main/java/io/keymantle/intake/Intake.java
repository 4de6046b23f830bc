package io.keymantle.intake;

import io.keymantle.domain.ErrorCode;
import io.keymantle.domain.RefusedException;
import java.security.GeneralSecurityException;
import java.util.Arrays;

/// Seals values where they are typed or read.
///
/// Guarantees: what comes out opens only with the broker's private key and only for the same
/// context; each call uses a fresh ephemeral key; the caller's array is zeroed, also when sealing
/// fails. Not guaranteed: who sealed a value (anyone with the public key can); the admin session
/// that carries it says that.
public final class Intake {
  /// The longest value: 64 KiB, the same as the broker holds.
  public static final int MAX_LENGTH = 64 * 1024;

  private Intake() {}

  /// Seals a value for one context, which is the name of the credential.
  ///
  /// @param value zeroed before this returns or throws
  /// @throws RefusedException with `value_unusable` when the value is empty or longer than
  ///   [#MAX_LENGTH], `invalid_request` when the key is not a usable X25519 key
  public static SealedValue seal(IntakeKey key, byte[] value, String context) {
    try {
      if (value.length == 0) {
        throw RefusedException.of(
            ErrorCode.VALUE_UNUSABLE, "the value is empty", "pass the value on standard input");
      }
      if (value.length > MAX_LENGTH) {
        throw RefusedException.of(
            ErrorCode.VALUE_UNUSABLE,
            "the value is longer than " + MAX_LENGTH + " bytes",
            "store a shorter value");
      }
      return SealedValue.of(Hpke.seal(key, value, context));
    } catch (GeneralSecurityException e) {
      throw RefusedException.of(
          ErrorCode.INVALID_REQUEST,
          "the intake key is not usable",
          "take it from GET /v1/intake-key of the broker");
    } finally {
      Arrays.fill(value, (byte) 0);
    }
  }
}
