package io.keymantle.control;

import io.keymantle.domain.Agent;
import io.keymantle.domain.AgentName;
import io.keymantle.domain.EgressPolicy;
import io.keymantle.domain.ErrorCode;
import io.keymantle.domain.Grant;
import io.keymantle.domain.LedgerEvent.Kind;
import io.keymantle.domain.RefusedException;
import io.keymantle.domain.TrustLevel;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// The agents of a home, and who a bearer token belongs to. Thread-safe.
public final class Agents {
  private final HomeState state;
  private final AgentStore store;
  private final LiveView live;
  private final Operations operations;
  private final Revocations revocations;
  private final Approvals approvals;
  private final TrustLevel trust;

  /// @param trust what separates an agent outside of any run from the broker
  Agents(
      HomeState state,
      AgentStore store,
      LiveView live,
      Operations operations,
      Revocations revocations,
      Approvals approvals,
      TrustLevel trust) {
    this.state = state;
    this.store = store;
    this.live = live;
    this.operations = operations;
    this.revocations = revocations;
    this.approvals = approvals;
    this.trust = trust;
  }

  /// All agents, revoked ones too, by name.
  public List<Agent> list() {
    return state.agents.values().stream().map(StoredAgent::agent).toList();
  }

  /// Adds an agent; its token is shown once. A revoked agent of the same name is replaced.
  ///
  /// @throws RefusedException with `already_exists`
  public NewAgent add(Actor.Person actor, AgentName name, EgressPolicy egress) {
    return state.writing(() -> {
      if (state.agent(name).filter(each -> !each.agent().revoked()).isPresent()) {
        throw RefusedException.of(
            ErrorCode.ALREADY_EXISTS,
            "there is an agent " + name + " already",
            "for a new token run: keymantle agent revoke "
                + name
                + " && keymantle agent add "
                + name);
      }
      String token = operations.ids().agentToken();
      Agent agent =
          new Agent(name, actor.personName(), egress, operations.clock().instant(), false);
      StoredAgent stored = new StoredAgent(agent, TokenHash.of(token));
      operations.perform(
          Entry.of(Kind.AGENT, actor)
              .with("verb", "add")
              .with("agent", name.value())
              .with("egress", egress.mode().name().toLowerCase(Locale.ROOT)),
          () -> {
            store.add(stored);
            state.put(stored);
            live.agentAdded(stored);
          });
      return new NewAgent(agent, token);
    });
  }

  /// Revokes the agent: its token, its runs, sessions and grants end at once.
  ///
  /// @throws RefusedException with `not_found`
  public void revoke(Actor.Person actor, AgentName name) {
    live.agentRevoked(name);
    List<Grant> endedNow = revocations.endInMemory(new GrantSelector.ByAgent(name));
    state.writing(() -> {
      StoredAgent before =
          state
              .agent(name)
              .filter(each -> !each.agent().revoked())
              .orElseThrow(() -> notFound(name));
      String operation = operations.ids().operation();
      operations.perform(
          operation,
          Entry.of(Kind.AGENT, actor).with("verb", "revoke").with("agent", name.value()),
          () -> {
            Agent agent =
                new Agent(
                    name,
                    before.agent().owner(),
                    before.agent().egress(),
                    before.agent().createdAt(),
                    true);
            store.revoke(name, operations.clock().instant());
            state.put(new StoredAgent(agent, before.token()));
            state.runs.values().stream()
                .filter(run -> run.agent().equals(name))
                .map(Run::id)
                .toList()
                .forEach(state::removeRun);
            live.agentRevoked(name);
            approvals.endWhere(
                actor, request -> request.asker().equals(new Actor.AgentActor(name)));
            revocations.facts(operation, actor, endedNow);
            revocations.facts(
                operation, actor, revocations.endInMemory(new GrantSelector.ByAgent(name)));
          });
      return name;
    });
  }

  /// Whose token this is: an agent's own, or that of one of its runs.
  ///
  /// @throws RefusedException with `unauthenticated` or `agent_revoked`
  public Requester authenticate(String token) {
    TokenHash hash = TokenHash.of(token);
    AgentName own = state.agentTokens.get(hash);
    if (own != null) {
      return new Requester(requireAgent(own), trust, Optional.empty());
    }
    String id = state.runTokens.get(hash);
    Run run = id == null ? null : state.runs.get(id);
    if (run == null || !operations.clock().instant().isBefore(run.expiresAt())) {
      throw new RefusedException(Refusals.unauthenticated());
    }
    return new Requester(requireAgent(run.agent()), run.trust(), Optional.of(run.id()));
  }

  /// @throws RefusedException with `agent_revoked`, or `unauthenticated` when there is none
  Agent requireAgent(AgentName name) {
    StoredAgent stored = state.agents.get(name);
    if (stored == null) {
      throw new RefusedException(Refusals.unauthenticated());
    }
    if (stored.agent().revoked()) {
      throw new RefusedException(Refusals.agentRevoked());
    }
    return stored.agent();
  }

  static RefusedException notFound(AgentName name) {
    return RefusedException.of(
        ErrorCode.NOT_FOUND,
        "there is no agent " + name,
        "see them with: keymantle agent list, or add it with: keymantle agent add " + name);
  }
}
