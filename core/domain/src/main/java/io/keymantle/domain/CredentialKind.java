package io.keymantle.domain;

import java.util.Locale;

/// What a credential's value is, and so what a boundary puts in.
public enum CredentialKind {
  /// The value itself.
  VALUE,
  /// The seed of a third party's time-based codes, as base32 or an `otpauth:` URI: the code of the
  /// moment is put in, the seed never.
  TOTP;

  /// @throws RefusedException with [ErrorCode#INVALID_CONFIGURATION]
  public static CredentialKind parse(String text) {
    return switch (text) {
      case "value" -> VALUE;
      case "totp" -> TOTP;
      default ->
          throw RefusedException.of(
              ErrorCode.INVALID_CONFIGURATION,
              "there is no such kind of credential",
              "use value (default) or totp");
    };
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
