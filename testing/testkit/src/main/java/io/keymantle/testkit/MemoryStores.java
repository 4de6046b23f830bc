package io.keymantle.testkit;

import io.keymantle.control.AgentStore;
import io.keymantle.control.ApprovalStore;
import io.keymantle.control.CredentialStore;
import io.keymantle.control.EncryptedValue;
import io.keymantle.control.GrantSelector;
import io.keymantle.control.GrantStore;
import io.keymantle.control.Run;
import io.keymantle.control.RunStore;
import io.keymantle.control.SettingStore;
import io.keymantle.control.StoredAgent;
import io.keymantle.control.StoredGrant;
import io.keymantle.control.TokenStore;
import io.keymantle.domain.Agent;
import io.keymantle.domain.AgentName;
import io.keymantle.domain.Credential;
import io.keymantle.domain.CredentialName;
import io.keymantle.domain.ErrorCode;
import io.keymantle.domain.Grant;
import io.keymantle.domain.GrantId;
import io.keymantle.domain.RefusedException;
import io.keymantle.factors.FactorStore;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/// The stores of one home in memory, each method atomic under one lock. [#failing] makes every
/// write fail as a full disk does.
public final class MemoryStores {
  private final SortedMap<CredentialName, Credential> credentials = new TreeMap<>();
  private final Map<CredentialName, SortedMap<Long, EncryptedValue>> values = new HashMap<>();
  private final SortedMap<AgentName, StoredAgent> agents = new TreeMap<>();
  private final Map<String, Run> runs = new LinkedHashMap<>();
  private final Map<GrantId, StoredGrant> grants = new LinkedHashMap<>();
  private final Map<String, String> settings = new HashMap<>();
  private final TokenStore tokens = new MemoryTokens(this::requireWritable);
  private final ApprovalStore approvals = new MemoryApprovals(this::requireWritable);
  private final MemoryFactors factors = new MemoryFactors(this::requireWritable);
  private final MemoryPersons persons = new MemoryPersons(this::requireWritable);
  private long epoch = 1;
  private boolean failing;

  /// The stores as their ports.
  public Stores ports() {
    return new Stores(
        new Credentials(),
        this::values,
        new Agents(),
        new Runs(),
        new Grants(),
        factors,
        new Settings(),
        approvals,
        persons.people(),
        persons.sessions(),
        tokens);
  }

  /// From now on every write fails, or none.
  public synchronized void failing(boolean fails) {
    failing = fails;
  }

  private synchronized SortedMap<Long, EncryptedValue> values(CredentialName name) {
    return new TreeMap<>(values.getOrDefault(name, new TreeMap<>()));
  }

  private synchronized void requireWritable() {
    if (failing) {
      throw RefusedException.of(
          ErrorCode.STORE_UNAVAILABLE, "the store cannot be written", "free some disk space");
    }
  }

  private static RefusedException notFound(String what) {
    return RefusedException.of(ErrorCode.NOT_FOUND, "there is no " + what, "");
  }

  private List<GrantId> revokeNow(GrantSelector selector, Instant at) {
    List<GrantId> revoked = new ArrayList<>();
    grants.replaceAll((id, stored) -> {
      Grant grant = stored.grant();
      if (!selector.selects(grant) || !grant.isLive(at)) {
        return stored;
      }
      revoked.add(id);
      return new StoredGrant(revoked(grant, at), stored.token(), stored.used());
    });
    return revoked;
  }

  private static Grant revoked(Grant grant, Instant at) {
    return new Grant(
        grant.id(),
        grant.credential(),
        grant.agent(),
        grant.trust(),
        grant.reason(),
        grant.issuedAt(),
        grant.expiresAt(),
        grant.uses(),
        grant.epoch(),
        grant.run(),
        Optional.of(at));
  }

  private final class Credentials implements CredentialStore {
    @Override
    public List<Credential> all() {
      synchronized (MemoryStores.this) {
        return List.copyOf(credentials.values());
      }
    }

    @Override
    public void add(List<Credential> added, Map<CredentialName, EncryptedValue> their) {
      synchronized (MemoryStores.this) {
        requireWritable();
        for (Credential each : added) {
          if (credentials.containsKey(each.name())) {
            throw RefusedException.about(
                each.name(), ErrorCode.ALREADY_EXISTS, "it exists already", "");
          }
        }
        for (Credential each : added) {
          credentials.put(each.name(), each);
          EncryptedValue value = their.get(each.name());
          if (value != null) {
            values.put(each.name(), new TreeMap<>(Map.of(each.valueVersion(), value)));
          }
        }
      }
    }

    @Override
    public void replace(Credential credential) {
      synchronized (MemoryStores.this) {
        requireWritable();
        if (credentials.replace(credential.name(), credential) == null) {
          throw notFound("credential " + credential.name());
        }
      }
    }

    @Override
    public void rotate(Credential credential, EncryptedValue value, long oldestKept) {
      synchronized (MemoryStores.this) {
        replace(credential);
        values
            .computeIfAbsent(credential.name(), _ -> new TreeMap<>())
            .put(credential.valueVersion(), value);
        forgetValues(credential.name(), oldestKept);
      }
    }

    @Override
    public void forgetValues(CredentialName name, long oldestKept) {
      synchronized (MemoryStores.this) {
        requireWritable();
        values.getOrDefault(name, new TreeMap<>()).headMap(oldestKept).clear();
      }
    }

    @Override
    public void remove(CredentialName name, Instant at) {
      synchronized (MemoryStores.this) {
        requireWritable();
        if (credentials.remove(name) == null) {
          throw notFound("credential " + name);
        }
        values.remove(name);
        revokeNow(new GrantSelector.ByCredential(name), at);
      }
    }
  }

  private final class Agents implements AgentStore {
    @Override
    public List<StoredAgent> all() {
      synchronized (MemoryStores.this) {
        return List.copyOf(agents.values());
      }
    }

    @Override
    public void add(StoredAgent added) {
      synchronized (MemoryStores.this) {
        requireWritable();
        StoredAgent before = agents.get(added.agent().name());
        if (before != null && !before.agent().revoked()) {
          throw RefusedException.of(ErrorCode.ALREADY_EXISTS, "it exists already", "");
        }
        agents.put(added.agent().name(), added);
      }
    }

    @Override
    public void revoke(AgentName name, Instant at) {
      synchronized (MemoryStores.this) {
        requireWritable();
        StoredAgent before = agents.get(name);
        if (before == null || before.agent().revoked()) {
          throw notFound("agent " + name);
        }
        Agent agent = before.agent();
        agents.put(
            name,
            new StoredAgent(
                new Agent(name, agent.owner(), agent.egress(), agent.createdAt(), true),
                before.token()));
        runs.values().removeIf(run -> run.agent().equals(name));
        revokeNow(new GrantSelector.ByAgent(name), at);
      }
    }
  }

  private final class Runs implements RunStore {
    @Override
    public List<Run> all() {
      synchronized (MemoryStores.this) {
        return List.copyOf(runs.values());
      }
    }

    @Override
    public void start(Run run) {
      synchronized (MemoryStores.this) {
        requireWritable();
        runs.put(run.id(), run);
      }
    }

    @Override
    public void end(String id, Instant at) {
      synchronized (MemoryStores.this) {
        requireWritable();
        runs.remove(id);
        revokeNow(new GrantSelector.ByRun(id), at);
      }
    }
  }

  private final class Grants implements GrantStore {
    @Override
    public List<StoredGrant> all() {
      synchronized (MemoryStores.this) {
        return List.copyOf(grants.values());
      }
    }

    @Override
    public void issue(StoredGrant grant) {
      synchronized (MemoryStores.this) {
        requireWritable();
        grants.put(grant.grant().id(), grant);
      }
    }

    @Override
    public List<GrantId> revoke(GrantSelector selector, Instant at) {
      synchronized (MemoryStores.this) {
        requireWritable();
        return revokeNow(selector, at);
      }
    }

    @Override
    public boolean consumeUse(GrantId id, Instant now) {
      synchronized (MemoryStores.this) {
        requireWritable();
        StoredGrant stored = grants.get(id);
        if (stored == null
            || !stored.grant().isLive(now)
            || stored.used() >= stored.grant().uses()) {
          return false;
        }
        grants.put(id, new StoredGrant(stored.grant(), stored.token(), stored.used() + 1));
        return true;
      }
    }

    @Override
    public int purge(Instant endedBefore) {
      synchronized (MemoryStores.this) {
        requireWritable();
        int before = grants.size();
        grants
            .values()
            .removeIf(stored ->
                stored
                    .grant()
                    .revokedAt()
                    .orElse(stored.grant().expiresAt())
                    .isBefore(endedBefore));
        return before - grants.size();
      }
    }
  }

  private final class Settings implements SettingStore {
    @Override
    public long epoch() {
      synchronized (MemoryStores.this) {
        return epoch;
      }
    }

    @Override
    public long bumpEpoch(Instant at) {
      synchronized (MemoryStores.this) {
        requireWritable();
        revokeNow(new GrantSelector.All(), at);
        runs.clear();
        factors.spendSteps(FactorStore.latestStep(at));
        persons.restored();
        epoch++;
        return epoch;
      }
    }

    @Override
    public Optional<String> setting(String name) {
      synchronized (MemoryStores.this) {
        return Optional.ofNullable(settings.get(name));
      }
    }

    @Override
    public void putSetting(String name, String value) {
      synchronized (MemoryStores.this) {
        requireWritable();
        settings.put(name, value);
      }
    }
  }
}
