package io.keymantle.gateway;

import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.List;

/// Where the gateway gets the certificate with which it answers for a host. Thread-safe.
public interface LeafSource {

  /// A number that changes when earlier leaves are not to be shown any more. Called on the event
  /// loop for each connection: it must not wait.
  long edition();

  /// Key and chain for a canonical host that an agent may go to. Called off the event loop.
  ///
  /// @throws io.keymantle.domain.RefusedException when there is none for this host
  Leaf leaf(String host);

  /// @param chain leaf first, root left out
  record Leaf(PrivateKey key, List<X509Certificate> chain) {
    public Leaf {
      chain = List.copyOf(chain);
    }
  }
}
