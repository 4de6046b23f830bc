package io.keymantle.factors;

import java.util.Locale;

/// How a try of a factor ended. Outside, all but [#ACCEPT] read the same; the ledger names each.
public enum Outcome {
  ACCEPT,
  /// Right, but it has counted before.
  REPLAY,
  INVALID,
  /// Not looked at: the gate is closed.
  LOCKED,
  /// A passkey whose sign counter went back: there may be two of it.
  CLONED;

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
