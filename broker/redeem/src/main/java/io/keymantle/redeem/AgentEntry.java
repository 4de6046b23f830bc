package io.keymantle.redeem;

import io.keymantle.control.Actor;
import io.keymantle.domain.Agent;
import io.keymantle.domain.Destination;
import io.keymantle.domain.GrantId;
import io.keymantle.domain.Injection;
import io.keymantle.domain.NetworkBinding;
import io.keymantle.redaction.RedactionSet;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// One agent in memory: its live grants, and what is derived from them. What is derived is dropped
/// with every change and made anew by the next who asks. Thread-safe.
final class AgentEntry {
  private final Agent agent;
  private final String actor;
  private final Map<GrantId, GrantEntry> grants = new ConcurrentHashMap<>();

  /// What of the grants is bound where; replaced as a whole, so that an answer that was computed
  /// from old grants is never kept for new ones.
  private volatile Map<Destination, Bound> byDestination = new ConcurrentHashMap<>();

  private final AtomicReference<@Nullable CompletableFuture<RedactionSet>> redactions =
      new AtomicReference<>();
  private volatile @Nullable Allowed allowed;
  private final AtomicLong changes = new AtomicLong();

  /// The destinations that were computed after so many changes.
  private record Allowed(long changes, Set<Destination> destinations) {}

  private record Bound(List<LiveGrant> any, List<LiveGrant> always) {}

  AgentEntry(Agent agent) {
    this.agent = agent;
    this.actor = new Actor.AgentActor(agent.name()).toString();
  }

  /// The agent as the ledger names it.
  String actor() {
    return actor;
  }

  Agent agent() {
    return agent;
  }

  Iterable<GrantEntry> grants() {
    return grants.values();
  }

  void add(GrantEntry grant) {
    grants.put(grant.id(), grant);
    changed();
  }

  void remove(GrantEntry grant) {
    if (grants.remove(grant.id()) != null) {
      changed();
    }
  }

  /// To be called after every change of a grant or credential, by one thread at a time.
  void changed() {
    changes.incrementAndGet();
    byDestination = new ConcurrentHashMap<>();
    redactions.set(null);
  }

  AtomicReference<@Nullable CompletableFuture<RedactionSet>> redactions() {
    return redactions;
  }

  /// Destinations of the agent's credentials, computed at most once between two changes.
  Set<Destination> allowed(Supplier<Set<Destination>> compute) {
    Allowed known = allowed;
    long now = changes.get();
    if (known == null || known.changes() != now) {
      known = new Allowed(now, compute.get());
      allowed = known;
    }
    return known.destinations();
  }

  List<LiveGrant> bound(Destination destination) {
    return live(at(destination).any());
  }

  List<LiveGrant> injected(Destination destination) {
    return live(at(destination).always());
  }

  private Bound at(Destination destination) {
    Map<Destination, Bound> known = byDestination;
    Bound bound = known.get(destination);
    if (bound == null) {
      bound = compute(destination);
      if (known.size() < 1024) {
        known.put(destination, bound);
      }
    }
    return bound;
  }

  private Bound compute(Destination destination) {
    List<LiveGrant> any = new ArrayList<>();
    List<LiveGrant> always = new ArrayList<>();
    for (GrantEntry grant : grants.values()) {
      boolean bound = false;
      boolean injected = false;
      for (NetworkBinding binding : grant.networkBindings()) {
        if (binding.destination().equals(destination)) {
          bound = true;
          injected |= binding.injection() instanceof Injection.Always;
        }
      }
      if (bound) {
        any.add(grant);
      }
      if (injected) {
        always.add(grant);
      }
    }
    return new Bound(List.copyOf(any), List.copyOf(always));
  }

  private static List<LiveGrant> live(List<LiveGrant> grants) {
    for (LiveGrant grant : grants) {
      if (!grant.isLive()) {
        return grants.stream().filter(LiveGrant::isLive).toList();
      }
    }
    return grants;
  }
}
