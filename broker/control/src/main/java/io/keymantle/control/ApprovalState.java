package io.keymantle.control;

import java.util.Locale;

/// Where an approval is in its life. Only [#PENDING] and [#APPROVED] have exits.
public enum ApprovalState {
  /// People are asked.
  PENDING,
  /// All that was needed has been said; not used yet, or good until a moment.
  APPROVED,
  /// Somebody said no.
  DENIED,
  /// What was asked about changed or ended before the answer.
  CANCELLED,
  /// Nobody answered in time.
  EXPIRED,
  /// A yes for once was used.
  CONSUMED,
  /// A yes was not used in time.
  LAPSED,
  /// A yes was taken back.
  REVOKED;

  public boolean isOpen() {
    return this == PENDING || this == APPROVED;
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
