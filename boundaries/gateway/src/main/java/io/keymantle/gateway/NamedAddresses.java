package io.keymantle.gateway;

import io.keymantle.domain.Destination;
import io.keymantle.domain.NetworkBinding;
import io.keymantle.redeem.AgentSession;
import io.keymantle.redeem.LiveGrant;
import io.keymantle.redeem.Redeemer;
import java.util.ArrayList;
import java.util.List;

/// Which special addresses an agent may reach under a destination's name: the ranges that its
/// grants' bindings name, and the host itself where that is an address that a binding or the
/// agent's egress policy names.
final class NamedAddresses {
  private NamedAddresses() {}

  static List<String> of(Redeemer redeemer, AgentSession session, Destination destination) {
    List<LiveGrant> bound = redeemer.bound(session, destination);
    boolean literal = UpstreamDialer.isLiteral(destination.host());
    if (!literal && bound.isEmpty()) {
      return List.of();
    }
    List<String> named = new ArrayList<>();
    for (LiveGrant grant : bound) {
      for (NetworkBinding binding : grant.networkBindings()) {
        if (binding.destination().equals(destination)) {
          named.addAll(binding.addresses());
        }
      }
    }
    var egress = session.agent().egress();
    if (literal
        && (!bound.isEmpty()
            || egress.allowed().contains(destination)
            || egress.tunnelled().contains(destination))) {
      named.add(UpstreamDialer.bare(destination.host()));
    }
    return named.isEmpty() ? List.of() : named;
  }
}
