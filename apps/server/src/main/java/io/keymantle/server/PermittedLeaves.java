package io.keymantle.server;

import io.keymantle.control.Control;
import io.keymantle.domain.Credential;
import io.keymantle.domain.NetworkBinding;
import io.keymantle.gateway.LeafSource;
import io.keymantle.keys.HostCertificate;
import io.keymantle.keys.InterceptionAuthority;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/// Certificates for the gateway: the intermediate is constrained to the hosts of the bindings as
/// they are now; a host that only an agent's egress policy allows gets an intermediate of its own.
record PermittedLeaves(InterceptionAuthority authority, Control control) implements LeafSource {
  @Override
  public Leaf leaf(String host) {
    Set<String> bound = new TreeSet<>();
    for (Credential credential : control.catalogue().list()) {
      credential.bindings().stream()
          .filter(NetworkBinding.class::isInstance)
          .map(NetworkBinding.class::cast)
          .forEach(binding -> bound.add(binding.destination().host()));
    }
    authority.permit(bound);
    authority.permitAlso(host);
    HostCertificate certificate = authority.certificate(host);
    return new Leaf(certificate.key(), List.of(certificate.chain()));
  }
}
