package io.keymantle.factors;

import java.util.Locale;

/// What is counted on its own for each person, so that wrong tries of one kind leave the others
/// open.
public enum GateName {
  TOTP,
  PASSKEY,
  RECOVERY;

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
