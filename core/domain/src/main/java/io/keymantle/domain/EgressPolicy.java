package io.keymantle.domain;

import java.util.Set;

/// Where an agent's traffic without a broker token may go.
///
/// @param allowed destinations beside those of the agent's credentials; used by [Mode#ALLOW_LISTED]
/// @param tunnelled destinations that are passed through without interception; nothing is ever
///   substituted there
public record EgressPolicy(Mode mode, Set<Destination> allowed, Set<Destination> tunnelled) {
  /// Hosts of the agent's credentials and nothing else.
  public static final EgressPolicy DEFAULT =
      new EgressPolicy(Mode.ALLOW_LISTED, Set.of(), Set.of());

  public EgressPolicy {
    allowed = Set.copyOf(allowed);
    tunnelled = Set.copyOf(tunnelled);
  }

  /// What is done with traffic that carries no broker token.
  public enum Mode {
    DENY,
    ALLOW_LISTED,
    OPEN
  }
}
