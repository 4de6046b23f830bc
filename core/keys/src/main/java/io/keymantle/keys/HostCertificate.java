package io.keymantle.keys;

import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.time.Instant;

/// What the gateway shows a client for one host: a key, and the chain of leaf and intermediate. The
/// root is not part of it: the client has it.
///
/// The same object is returned until it is renewed, so that an identity comparison tells whether
/// what was built from it is still current.
public final class HostCertificate {
  private final String host;
  private final PrivateKey key;
  private final X509Certificate[] chain;
  private final Instant renewAt;

  HostCertificate(String host, PrivateKey key, X509Certificate[] chain, Instant renewAt) {
    this.host = host;
    this.key = key;
    this.chain = chain;
    this.renewAt = renewAt;
  }

  /// The one host that the leaf is valid for.
  public String host() {
    return host;
  }

  /// The leaf's P-256 key, which all leaves of this process share.
  public PrivateKey key() {
    return key;
  }

  /// Leaf first, then the intermediate.
  public X509Certificate[] chain() {
    return chain.clone();
  }

  boolean isFresh(Instant now) {
    return now.isBefore(renewAt);
  }

  @Override
  public String toString() {
    return "[certificate of " + host + "]";
  }
}
