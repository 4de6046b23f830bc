package io.keymantle.keys;

import io.keymantle.domain.ErrorCode;
import io.keymantle.domain.RefusedException;
import java.security.KeyPair;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Instant;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// Makes the certificates with which the gateway answers for a host. Thread-safe.
///
/// Guarantees: the home's root signs only intermediates; an intermediate is valid for the permitted
/// hosts alone, by critical name constraints, for a week, and its key never leaves memory; a leaf
/// is valid for one host; a host that is not permitted gets no certificate.
///
/// [#cached] never waits and may be called on an event loop. [#certificate] signs when it must,
/// about 0.2 ms, and is called elsewhere.
public final class InterceptionAuthority {
  /// How many hosts outside the bindings, seen by agents in egress mode `open`, are kept.
  static final int MAX_EXTRA_HOSTS = 1024;

  private final RootCertificate root;
  private final Clock clock;
  private final SecureRandom random;
  private final Map<String, HostCertificate> leaves = new ConcurrentHashMap<>();

  /// Each with its one-host intermediate, oldest first; guarded by this.
  private final Map<String, Intermediate> extra = new LinkedHashMap<>();

  /// The hosts of the bindings; guarded by this.
  private Set<String> permitted = Set.of();

  /// Made when first needed after a change; guarded by this.
  private @Nullable Intermediate intermediate;

  /// Shared by all leaves: a new key per host would cost more than the signature, and the process
  /// that holds one holds all. Made when first needed; guarded by this.
  private @Nullable KeyPair leafPair;

  InterceptionAuthority(RootCertificate root, Clock clock, SecureRandom random) {
    this.root = root;
    this.clock = clock;
    this.random = random;
  }

  /// The root certificate that clients trust.
  public X509Certificate root() {
    return root.certificate();
  }

  /// Replaces the set of hosts: those that bindings name, as [io.keymantle.domain.Destination]
  /// writes them. A changed set gets a new intermediate; certificates of hosts that left it are
  /// forgotten.
  ///
  /// @throws RefusedException with `destination_not_allowed` when a host is not in canonical form
  public synchronized void permit(Set<String> hosts) {
    Set<String> next = new TreeSet<>();
    for (String host : hosts) {
      next.add(HostNames.requireCanonical(host));
    }
    if (next.equals(permitted)) {
      return;
    }
    permitted = next;
    intermediate = null;
    extra.keySet().removeAll(next);
    leaves.keySet().retainAll(extra.keySet());
  }

  /// Permits one more host, under an intermediate of its own: for traffic of agents in egress mode
  /// `open`. The most recent [#MAX_EXTRA_HOSTS] are kept, so call it before each [#certificate].
  /// Whether the agent may go there is the caller's decision; this remembers no agent.
  ///
  /// @throws RefusedException with `destination_not_allowed` when the host is not in canonical form
  public synchronized void permitAlso(String host) {
    if (permitted.contains(host) || extra.containsKey(host)) {
      return;
    }
    HostNames.requireCanonical(host);
    if (extra.size() >= MAX_EXTRA_HOSTS) {
      Iterator<String> oldest = extra.keySet().iterator();
      leaves.remove(oldest.next());
      oldest.remove();
    }
    extra.put(host, Intermediate.issue(root, Set.of(host), clock.instant(), random));
  }

  /// The certificate of a permitted host when it is at hand and fresh.
  public Optional<HostCertificate> cached(String host) {
    HostCertificate leaf = leaves.get(host);
    return leaf != null && leaf.isFresh(clock.instant()) ? Optional.of(leaf) : Optional.empty();
  }

  /// The certificate of a permitted host, signed now when it is not at hand.
  ///
  /// @throws RefusedException with `destination_not_allowed` when the host is not permitted
  public HostCertificate certificate(String host) {
    Optional<HostCertificate> leaf = cached(host);
    return leaf.isPresent() ? leaf.get() : mint(host);
  }

  private synchronized HostCertificate mint(String host) {
    Optional<HostCertificate> minted = cached(host);
    if (minted.isPresent()) {
      return minted.get();
    }
    Instant now = clock.instant();
    HostCertificate leaf = issuer(host, now).leaf(host, leafPair(), now, random);
    leaves.put(host, leaf);
    return leaf;
  }

  private synchronized Intermediate issuer(String host, Instant now) {
    if (permitted.contains(host)) {
      Intermediate current = intermediate;
      if (current == null || !current.isFresh(now)) {
        current = Intermediate.issue(root, permitted, now, random);
        intermediate = current;
      }
      return current;
    }
    Intermediate own = extra.get(host);
    if (own == null) {
      throw RefusedException.of(
          ErrorCode.DESTINATION_NOT_ALLOWED,
          "no binding names this host",
          "bind a credential to it, or add the host to the agent's egress list");
    }
    if (!own.isFresh(now)) {
      own = Intermediate.issue(root, Set.of(host), now, random);
      extra.put(host, own);
    }
    return own;
  }

  private synchronized KeyPair leafPair() {
    KeyPair pair = leafPair;
    if (pair == null) {
      pair = Signing.newKeyPair(random);
      leafPair = pair;
    }
    return pair;
  }

  @Override
  public String toString() {
    return "[interception authority of " + root.certificate().getSubjectX500Principal() + "]";
  }
}
