package io.keymantle.redeem;

import io.keymantle.control.LiveView;
import io.keymantle.control.Refusals;
import io.keymantle.control.Run;
import io.keymantle.control.StoredAgent;
import io.keymantle.control.StoredGrant;
import io.keymantle.control.TokenHash;
import io.keymantle.domain.AgentName;
import io.keymantle.domain.Binding;
import io.keymantle.domain.BrokerToken;
import io.keymantle.domain.Credential;
import io.keymantle.domain.CredentialName;
import io.keymantle.domain.Destination;
import io.keymantle.domain.ErrorCode;
import io.keymantle.domain.Grant;
import io.keymantle.domain.GrantId;
import io.keymantle.domain.NetworkBinding;
import io.keymantle.domain.Problem;
import io.keymantle.domain.RefusedException;
import io.keymantle.domain.TrustLevel;
import java.time.Clock;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// Agents, runs, grants and credentials in memory, by the hashes of their tokens: all that the hot
/// path needs. Filled by `control` through [LiveView]. Thread-safe: changes are made one after
/// another, look-ups never wait.
public final class LiveIndex implements LiveView {
  private final SecretValues values;
  private final TrustLevel trust;
  private final Clock clock;
  private final Map<CredentialName, Credential> credentials = new ConcurrentHashMap<>();
  private final Map<AgentName, AgentEntry> agents = new ConcurrentHashMap<>();
  private final Map<AgentName, Session> agentSessions = new ConcurrentHashMap<>();
  private final Map<String, Session> runSessions = new ConcurrentHashMap<>();
  private final Map<TokenHash, Session> sessions = new ConcurrentHashMap<>();
  private final Map<GrantId, TokenHash> grantTokens = new ConcurrentHashMap<>();
  private final Map<TokenHash, GrantEntry> grants = new ConcurrentHashMap<>();

  /// Grants whose credential was removed before the broker started: dead, and answered as such.
  private final Map<TokenHash, Grant> orphans = new ConcurrentHashMap<>();

  /// @param trust what separates an agent outside of any run from the broker
  public LiveIndex(SecretValues values, TrustLevel trust, Clock clock) {
    this.values = values;
    this.trust = trust;
    this.clock = clock;
  }

  /// @throws RefusedException with `unauthenticated` or `agent_revoked`
  Session session(String agentToken) {
    Session session = sessions.get(TokenHash.of(agentToken));
    if (session == null) {
      throw new RefusedException(Refusals.unauthenticated());
    }
    if (!session.isLive()) {
      throw new RefusedException(
          agents.get(session.agent().name()) == session.entry()
              ? Refusals.unauthenticated()
              : Refusals.agentRevoked());
    }
    return session;
  }

  /// @throws RefusedException with `token_unknown`, `token_of_other_agent`, or `grant_revoked` when
  ///   there is no such credential any more
  GrantEntry grant(AgentEntry agent, String token) {
    if (token.length() != BrokerToken.LENGTH) {
      throw new RefusedException(Refusals.tokenUnknown());
    }
    TokenHash hash = TokenHash.of(token);
    GrantEntry grant = grants.get(hash);
    if (grant == null) {
      throw new RefusedException(whyNone(agent, hash));
    }
    if (!grant.agent().agent().name().equals(agent.agent().name())) {
      throw new RefusedException(Refusals.tokenOfOtherAgent());
    }
    return grant;
  }

  private Problem whyNone(AgentEntry agent, TokenHash token) {
    Grant orphan = orphans.get(token);
    if (orphan == null) {
      return Refusals.tokenUnknown();
    }
    return orphan.agent().equals(agent.agent().name())
        ? Refusals.grantRevoked(orphan)
        : Refusals.tokenOfOtherAgent();
  }

  /// The destinations of the credentials that the agent may ask for.
  Set<Destination> destinations(AgentEntry agent) {
    return agent.allowed(() -> computeDestinations(agent.agent().name()));
  }

  private Set<Destination> computeDestinations(AgentName agent) {
    Set<Destination> destinations = new HashSet<>();
    for (Credential credential : credentials.values()) {
      if (credential.rules().allowedAgents().contains(agent)) {
        for (Binding binding : credential.bindings()) {
          if (binding instanceof NetworkBinding network) {
            destinations.add(network.destination());
          }
        }
      }
    }
    return destinations;
  }

  @Override
  public synchronized void credentialChanged(Credential credential) {
    credentials.put(credential.name(), credential);
    for (GrantEntry grant : grants.values()) {
      if (grant.credential().equals(credential.name()) && !grant.hasEnded()) {
        grant.change(credential);
      }
    }
    agents.values().forEach(AgentEntry::changed);
  }

  @Override
  public synchronized void credentialRemoved(CredentialName name) {
    credentials.remove(name);
    for (GrantEntry grant : grants.values()) {
      if (grant.credential().equals(name)) {
        end(grant, ErrorCode.GRANT_REVOKED);
      }
    }
    agents.values().forEach(AgentEntry::changed);
  }

  @Override
  public synchronized void agentAdded(StoredAgent stored) {
    AgentName name = stored.agent().name();
    AgentEntry agent = new AgentEntry(stored.agent());
    Session session = new Session(agent, trust, "", clock, Long.MAX_VALUE);
    sessions.put(stored.token(), session);
    agentSessions.put(name, session);
    agents.put(name, agent);
    if (stored.agent().revoked()) {
      agentRevoked(name);
    }
  }

  @Override
  public synchronized void agentRevoked(AgentName name) {
    AgentEntry agent = agents.remove(name);
    Session own = agentSessions.remove(name);
    if (agent == null || own == null) {
      return;
    }
    agent.grants().forEach(grant -> end(grant, ErrorCode.GRANT_REVOKED));
    own.end();
    sessions.values().stream().filter(each -> each.entry() == agent).forEach(Session::end);
    runSessions.values().removeIf(each -> each.entry() == agent);
  }

  @Override
  public synchronized void runStarted(Run run) {
    AgentEntry agent = agents.get(run.agent());
    if (agent != null) {
      Session session =
          new Session(agent, run.trust(), run.id(), clock, run.expiresAt().toEpochMilli());
      sessions.put(run.token(), session);
      runSessions.put(run.id(), session);
    }
  }

  @Override
  public synchronized void runEnded(String run) {
    Session session = runSessions.remove(run);
    if (session == null) {
      return;
    }
    for (GrantEntry grant : session.entry().grants()) {
      if (grant.grant().run().filter(run::equals).isPresent()) {
        end(grant, ErrorCode.GRANT_REVOKED);
      }
    }
    session.end();
    sessions.values().remove(session);
  }

  @Override
  public synchronized void grantIssued(StoredGrant stored) {
    AgentEntry agent = agents.get(stored.grant().agent());
    Credential credential = credentials.get(stored.grant().credential());
    if (agent == null) {
      return;
    }
    if (credential == null) {
      orphans.put(stored.token(), stored.grant());
      grantTokens.put(stored.grant().id(), stored.token());
      return;
    }
    GrantEntry grant = new GrantEntry(stored, agent, credential, values, clock);
    grants.put(stored.token(), grant);
    grantTokens.put(grant.id(), stored.token());
    agent.add(grant);
  }

  @Override
  public synchronized void grantEnded(GrantId id, ErrorCode why) {
    TokenHash token = grantTokens.get(id);
    GrantEntry grant = token == null ? null : grants.get(token);
    if (grant != null && !grant.hasEnded()) {
      end(grant, why);
    }
  }

  @Override
  public synchronized void grantForgotten(GrantId id) {
    TokenHash token = grantTokens.remove(id);
    if (token != null) {
      orphans.remove(token);
      GrantEntry grant = grants.remove(token);
      if (grant != null) {
        end(grant, ErrorCode.GRANT_EXPIRED);
      }
    }
  }

  private static void end(GrantEntry grant, ErrorCode why) {
    grant.end(why);
    grant.agent().remove(grant);
  }
}
