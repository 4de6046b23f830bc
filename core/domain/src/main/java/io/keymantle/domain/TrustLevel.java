package io.keymantle.domain;

import java.util.Locale;

/// What separates an agent from the broker (docs/design.md §4). Recorded with each grant.
public enum TrustLevel {
  /// The agent runs in namespaces of its own: home, broker process and every route but the gateway
  /// do not exist there.
  ISOLATED,
  /// The broker runs as its own system user.
  SEPARATE_USER,
  /// Agent and broker share a user: the bar is raised only.
  SAME_USER;

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
