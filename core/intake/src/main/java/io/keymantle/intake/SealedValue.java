package io.keymantle.intake;

import io.keymantle.domain.ErrorCode;
import io.keymantle.domain.RefusedException;
import java.util.Base64;

/// A secret value that only the broker can open, and only for the credential it was sealed for.
/// Opaque and immutable.
///
/// Guarantees: `toString` is the same for every value. Not guaranteed: the length of the plaintext
/// is visible in the length of the sealed value.
public final class SealedValue {
  /// The longest sealed value in bytes: the longest value, and 49 bytes of version, key and tag.
  public static final int MAX_LENGTH = Intake.MAX_LENGTH + Hpke.OVERHEAD;

  private final byte[] bytes;

  private SealedValue(byte[] bytes) {
    this.bytes = bytes;
  }

  /// @throws RefusedException with `invalid_request` when the length cannot be one of a sealed
  ///   value
  public static SealedValue of(byte[] bytes) {
    if (bytes.length <= Hpke.OVERHEAD || bytes.length > MAX_LENGTH) {
      throw refused();
    }
    return new SealedValue(bytes.clone());
  }

  /// Parses the text form, base64url without padding.
  ///
  /// @throws RefusedException with `invalid_request`
  public static SealedValue parse(String text) {
    if (text.length() > MAX_LENGTH / 3 * 4 + 4) {
      throw refused();
    }
    try {
      return of(Base64.getUrlDecoder().decode(text));
    } catch (IllegalArgumentException e) {
      throw refused();
    }
  }

  /// The text form, base64url without padding.
  public String text() {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  byte[] bytes() {
    return bytes;
  }

  @Override
  public String toString() {
    return "[sealed value]";
  }

  private static RefusedException refused() {
    return RefusedException.of(
        ErrorCode.INVALID_REQUEST,
        "this is not a sealed value",
        "seal the value to the key of GET /v1/intake-key and send it as base64url");
  }
}
