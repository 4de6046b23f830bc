package io.keymantle.control;

import io.keymantle.domain.AgentName;
import io.keymantle.domain.Credential;
import io.keymantle.domain.CredentialName;
import io.keymantle.domain.GrantId;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Supplier;

/// What the stores hold, in memory: every answer comes from here, every change goes to a store
/// first.
///
/// Requests for grants run beside each other under the read lock, so that they share the ledger's
/// fsync; whatever changes who may do what takes the write lock.
final class HomeState {
  private final ReentrantReadWriteLock lock = new ReentrantReadWriteLock(true);
  final Map<CredentialName, Credential> credentials = new ConcurrentSkipListMap<>();
  final Map<AgentName, StoredAgent> agents = new ConcurrentSkipListMap<>();
  final Map<TokenHash, AgentName> agentTokens = new ConcurrentHashMap<>();
  final Map<String, Run> runs = new ConcurrentHashMap<>();
  final Map<TokenHash, String> runTokens = new ConcurrentHashMap<>();
  final Map<GrantId, StoredGrant> grants = new ConcurrentHashMap<>();
  final Map<TokenHash, GrantId> grantTokens = new ConcurrentHashMap<>();
  final AtomicLong epoch = new AtomicLong();

  Optional<Credential> credential(CredentialName name) {
    return Optional.ofNullable(credentials.get(name));
  }

  Optional<StoredAgent> agent(AgentName name) {
    return Optional.ofNullable(agents.get(name));
  }

  void put(StoredAgent agent) {
    StoredAgent before = agents.put(agent.agent().name(), agent);
    if (before != null) {
      agentTokens.remove(before.token());
    }
    agentTokens.put(agent.token(), agent.agent().name());
  }

  void put(Run run) {
    runs.put(run.id(), run);
    runTokens.put(run.token(), run.id());
  }

  Optional<Run> removeRun(String id) {
    Run run = runs.remove(id);
    if (run != null) {
      runTokens.remove(run.token());
    }
    return Optional.ofNullable(run);
  }

  void put(StoredGrant grant) {
    grants.put(grant.grant().id(), grant);
    grantTokens.put(grant.token(), grant.grant().id());
  }

  void forget(StoredGrant grant) {
    grants.remove(grant.grant().id());
    grantTokens.remove(grant.token());
  }

  List<StoredGrant> grants(GrantSelector selector) {
    return grants.values().stream().filter(each -> selector.selects(each.grant())).toList();
  }

  <T> T writing(Supplier<T> work) {
    lock.writeLock().lock();
    try {
      return work.get();
    } finally {
      lock.writeLock().unlock();
    }
  }

  <T> T reading(Supplier<T> work) {
    lock.readLock().lock();
    try {
      return work.get();
    } finally {
      lock.readLock().unlock();
    }
  }
}
