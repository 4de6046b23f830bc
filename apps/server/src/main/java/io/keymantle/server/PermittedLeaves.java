package io.keymantle.server;

import io.keymantle.control.Control;
import io.keymantle.domain.NetworkBinding;
import io.keymantle.gateway.LeafSource;
import io.keymantle.keys.HostCertificate;
import io.keymantle.keys.InterceptionAuthority;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/// Certificates for the gateway: the intermediate is constrained to the hosts of the bindings as
/// they are now; a host that only an agent's egress policy allows gets an intermediate of its own.
final class PermittedLeaves implements LeafSource {
  private final InterceptionAuthority authority;
  private final Control control;

  /// Guarded by this.
  private Bound bound = new Bound(-1, Set.of(), 0);

  PermittedLeaves(InterceptionAuthority authority, Control control) {
    this.authority = authority;
    this.control = control;
  }

  /// The hosts of the bindings.
  ///
  /// @param revision of the catalogue, when they were read
  /// @param edition grows when the hosts are others than before
  private record Bound(long revision, Set<String> hosts, long edition) {}

  @Override
  public long edition() {
    return bound().edition;
  }

  @Override
  public Leaf leaf(String host) {
    authority.permit(bound().hosts);
    authority.permitAlso(host);
    HostCertificate certificate = authority.certificate(host);
    return new Leaf(certificate.key(), List.of(certificate.chain()));
  }

  private synchronized Bound bound() {
    long revision = control.catalogue().revision();
    if (revision != bound.revision) {
      Set<String> hosts =
          control.catalogue().list().stream()
              .flatMap(credential -> credential.bindings().stream())
              .filter(NetworkBinding.class::isInstance)
              .map(binding -> ((NetworkBinding) binding).destination().host())
              .collect(Collectors.toUnmodifiableSet());
      bound = new Bound(revision, hosts, bound.edition + (hosts.equals(bound.hosts) ? 0 : 1));
    }
    return bound;
  }
}
