package io.keymantle.gateway;

import io.keymantle.keys.HostCertificate;
import io.keymantle.keys.InterceptionAuthority;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.List;

/// Where the gateway gets the certificate with which it answers for a host. Called off the event
/// loop; thread-safe.
@FunctionalInterface
public interface LeafSource {

  /// Key and chain for a canonical host that an agent may go to.
  ///
  /// @throws io.keymantle.domain.RefusedException when there is none for this host
  Leaf leaf(String host);

  /// @param chain leaf first, root left out
  record Leaf(PrivateKey key, List<X509Certificate> chain) {
    public Leaf {
      chain = List.copyOf(chain);
    }
  }

  /// The home's own authority; hosts outside the bindings, which egress mode `open` reaches, get an
  /// intermediate of their own.
  static LeafSource from(InterceptionAuthority authority) {
    return host -> {
      authority.permitAlso(host);
      HostCertificate certificate = authority.certificate(host);
      return new Leaf(certificate.key(), List.of(certificate.chain()));
    };
  }
}
