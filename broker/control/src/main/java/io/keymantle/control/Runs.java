package io.keymantle.control;

import io.keymantle.domain.Agent;
import io.keymantle.domain.AgentName;
import io.keymantle.domain.CredentialName;
import io.keymantle.domain.ErrorCode;
import io.keymantle.domain.Grant;
import io.keymantle.domain.LedgerEvent.Kind;
import io.keymantle.domain.RefusedException;
import io.keymantle.domain.TrustLevel;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The runs of agents: each has an agent token of its own and grants that end with it. Thread-safe.
public final class Runs {
  /// After this a run that nobody ended has ended: as long as the longest grant.
  static final Duration LONGEST = Duration.ofDays(30);

  private final HomeState state;
  private final RunStore store;
  private final LiveView live;
  private final Operations operations;
  private final Revocations revocations;
  private final Grants grants;

  Runs(
      HomeState state,
      RunStore store,
      LiveView live,
      Operations operations,
      Revocations revocations,
      Grants grants) {
    this.state = state;
    this.store = store;
    this.live = live;
    this.operations = operations;
    this.revocations = revocations;
    this.grants = grants;
  }

  /// The runs that have not ended.
  public List<Run> list() {
    return List.copyOf(state.runs.values());
  }

  /// Starts a run with a grant for each credential, or nothing at all.
  ///
  /// @param actor a person, or the agent itself
  /// @param trust what separates the agent from the broker in this run
  /// @throws RefusedException with `not_found` when there is no such agent, or as [Grants#request]
  public StartedRun start(
      Actor actor,
      AgentName name,
      TrustLevel trust,
      List<CredentialName> credentials,
      String reason) {
    String token = operations.ids().agentToken();
    Agent agent =
        state
            .agent(name)
            .map(StoredAgent::agent)
            .filter(each -> !each.revoked())
            .orElseThrow(() -> Agents.notFound(name));
    Run run = state.writing(() -> startNow(actor, agent, trust, token));
    List<IssuedGrant> issued = new ArrayList<>();
    try {
      Requester requester = new Requester(agent, trust, Optional.of(run.id()));
      for (CredentialName credential : credentials) {
        issued.add(grants.request(requester, credential, reason));
      }
    } catch (RefusedException e) {
      end(actor, run.id());
      throw e;
    }
    return new StartedRun(run, token, issued);
  }

  private Run startNow(Actor actor, Agent agent, TrustLevel trust, String token) {
    Instant now = operations.clock().instant();
    Run run =
        new Run(
            operations.ids().run(),
            agent.name(),
            trust,
            TokenHash.of(token),
            now,
            now.plus(LONGEST));
    if (state.agent(agent.name()).map(each -> each.agent().revoked()).orElse(true)) {
      throw Agents.notFound(agent.name());
    }
    operations.perform(
        describe(actor, run, "start"),
        () -> {
          store.start(run);
          state.put(run);
          live.runStarted(run);
        });
    return run;
  }

  /// Ends a run: its token and its grants.
  ///
  /// @throws RefusedException with `not_found`
  public void end(Actor actor, String id) {
    live.runEnded(id);
    GrantSelector itsGrants = new GrantSelector.ByRun(id);
    List<Grant> ended = new ArrayList<>(revocations.endInMemory(itsGrants));
    state.writing(() -> {
      Run run = state.runs.get(id);
      if (run == null) {
        throw RefusedException.of(
            ErrorCode.NOT_FOUND, "there is no such run", "it may have ended already");
      }
      String operation = operations.ids().operation();
      operations.perform(
          operation,
          describe(actor, run, "end"),
          () -> {
            ended.addAll(revocations.endInMemory(itsGrants));
            store.end(id, operations.clock().instant());
            state.removeRun(id);
            revocations.facts(operation, actor, ended);
          });
      return id;
    });
  }

  /// Ends the runs that have lived their longest.
  void sweep() {
    Instant now = operations.clock().instant();
    for (Run run : list()) {
      if (!now.isBefore(run.expiresAt())) {
        end(new Actor.Broker(), run.id());
      }
    }
  }

  private static Entry describe(Actor actor, Run run, String verb) {
    return Entry.of(Kind.RUN, actor)
        .with("verb", verb)
        .with("run", run.id())
        .with("agent", run.agent().value())
        .with("trust", run.trust().toString());
  }
}
