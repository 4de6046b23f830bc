package io.keymantle.redeem;

import io.keymantle.control.EncryptedValue;
import io.keymantle.control.ValueIntake;
import io.keymantle.domain.Credential;
import io.keymantle.domain.CredentialKind;
import io.keymantle.domain.ErrorCode;
import io.keymantle.domain.RefusedException;
import io.keymantle.intake.IntakeOpener;
import io.keymantle.intake.SealedValue;
import io.keymantle.secret.SecretBytes;
import java.util.Arrays;

/// Opens values that were sealed where they were typed, and envelopes them for the store.
/// Thread-safe.
public final class EnvelopeIntake implements ValueIntake {
  private final IntakeOpener opener;
  private final SecretValues values;

  public EnvelopeIntake(IntakeOpener opener, SecretValues values) {
    this.opener = opener;
    this.values = values;
  }

  @Override
  public EncryptedValue envelope(Credential credential, SealedValue sealed) {
    byte[] opened = opener.open(sealed, credential.name().value());
    if (opened.length == 0 || opened.length > SecretBytes.MAX_LENGTH) {
      Arrays.fill(opened, (byte) 0);
      throw RefusedException.about(
          credential.name(),
          ErrorCode.VALUE_UNUSABLE,
          "a value is 1 to " + SecretBytes.MAX_LENGTH + " bytes",
          "pass the value on standard input");
    }
    try (SecretBytes value = SecretBytes.adopt(credential.name().value(), opened)) {
      check(credential, value);
      return values.envelope(credential, value);
    }
  }

  @Override
  public void check(Credential credential) {
    if (credential.source().isStore()
        && credential.valueVersion() > 0
        && (credential.kind() == CredentialKind.TOTP || ValueRules.injectsAlways(credential))) {
      try (SecretBytes value = values.current(credential).bytes()) {
        check(credential, value);
      }
    }
  }

  private static void check(Credential credential, SecretBytes value) {
    switch (credential.kind()) {
      case VALUE -> ValueRules.check(credential, value.length());
      case TOTP -> ValueRules.check(credential, SeedForms.digits(value));
    }
  }

  @Override
  public void checkSource(Credential credential) {
    values.checkSource(credential);
  }
}
