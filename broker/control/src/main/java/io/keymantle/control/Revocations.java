package io.keymantle.control;

import io.keymantle.domain.ErrorCode;
import io.keymantle.domain.Grant;
import io.keymantle.domain.GrantId;
import io.keymantle.domain.LedgerEvent.Kind;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/// Ends grants: in memory first, where it takes effect, then in ledger and store, where it
/// survives.
final class Revocations {
  /// How long an ended grant is remembered, so that its token is answered with the reason.
  private static final Duration REMEMBERED = Duration.ofDays(1);

  private final HomeState state;
  private final GrantStore store;
  private final LiveView live;
  private final Operations operations;
  private final Approvals approvals;

  Revocations(
      HomeState state,
      GrantStore store,
      LiveView live,
      Operations operations,
      Approvals approvals) {
    this.state = state;
    this.store = store;
    this.live = live;
    this.operations = operations;
    this.approvals = approvals;
  }

  int revoke(Actor actor, GrantSelector selector) {
    List<Grant> ended = new ArrayList<>(endInMemory(selector));
    return state.writing(() -> {
      requireKnown(selector);
      // First: a yes that stands would let the agent have the next grant at once.
      approvals.endWhere(actor, request -> concerns(selector, request));
      // A request may have been granted between the first end in memory and the lock.
      ended.addAll(endInMemory(selector));
      String operation = operations.ids().operation();
      operations.perform(
          operation,
          describe(actor, selector).with("count", Integer.toString(ended.size())),
          () -> {
            store.revoke(selector, operations.clock().instant());
            facts(operation, actor, ended);
          });
      return ended.size();
    });
  }

  private boolean concerns(GrantSelector selector, ApprovalRequest request) {
    return switch (selector) {
      case GrantSelector.All() -> true;
      case GrantSelector.ByAgent(var agent) -> request.asker().equals(new Actor.AgentActor(agent));
      case GrantSelector.ByCredential(var name) -> request.credential().equals(name);
      case GrantSelector.ByRun(var run) -> request.run().filter(run::equals).isPresent();
      case GrantSelector.ById(var id) -> {
        StoredGrant stored = state.grants.get(id);
        yield stored != null
            && stored.grant().agent().equals(request.agent())
            && stored.grant().credential().equals(request.credential());
      }
    };
  }

  /// Who mistypes a name in a hurry must not read that all is well.
  private void requireKnown(GrantSelector selector) {
    switch (selector) {
      case GrantSelector.ById(var id) when !state.grants.containsKey(id) ->
          throw Refusals.noGrant(id);
      case GrantSelector.ByAgent(var agent) when state.agent(agent).isEmpty() ->
          throw Agents.notFound(agent);
      case GrantSelector.ByCredential(var name)
          when state.credential(name).isEmpty() && state.grants(selector).isEmpty() ->
          throw Catalogue.notFound(name);
      case GrantSelector.ById _,
          GrantSelector.ByAgent _,
          GrantSelector.ByCredential _,
          GrantSelector.ByRun _,
          GrantSelector.All _ -> {}
    }
  }

  /// Revokes the grants that no longer fit changed rules.
  void revokeWhere(Actor actor, Predicate<Grant> ends, String cause) {
    List<Grant> ended = endInMemory(ends);
    if (ended.isEmpty()) {
      return;
    }
    String operation = operations.ids().operation();
    operations.perform(
        operation,
        Entry.of(Kind.REVOCATION, actor)
            .with("cause", cause)
            .with("count", Integer.toString(ended.size())),
        () -> {
          Instant now = operations.clock().instant();
          ended.forEach(grant -> store.revoke(new GrantSelector.ById(grant.id()), now));
          facts(operation, actor, ended);
        });
  }

  List<Grant> endInMemory(GrantSelector selector) {
    return endInMemory(selector::selects);
  }

  private List<Grant> endInMemory(Predicate<Grant> ends) {
    Instant now = operations.clock().instant();
    List<Grant> ended = new ArrayList<>();
    for (GrantId id : List.copyOf(state.grants.keySet())) {
      StoredGrant each = state.grants.get(id);
      while (each != null && each.grant().isLive(now) && ends.test(each.grant())) {
        Grant revoked = revokedAt(each.grant(), now);
        // Replaced only if nobody else has, so that each grant is ended and counted once.
        if (state.grants.replace(id, each, new StoredGrant(revoked, each.token(), each.used()))) {
          live.grantEnded(id, ErrorCode.GRANT_REVOKED);
          ended.add(revoked);
        }
        each = state.grants.get(id);
      }
    }
    return ended;
  }

  /// One line of the ledger for each grant, made durable by the outcome that follows.
  void facts(String operation, Actor actor, List<Grant> ended) {
    for (Grant grant : ended) {
      operations.fact(
          operation,
          Entry.of(Kind.REVOCATION, actor)
              .about(grant.credential())
              .about(grant.id())
              .with("agent", grant.agent().value()),
          "ok",
          "");
    }
  }

  /// Ends what has expired, and forgets what ended long ago.
  void sweep() {
    Instant now = operations.clock().instant();
    Instant forgotten = now.minus(REMEMBERED);
    boolean purge = false;
    for (StoredGrant each : state.grants.values()) {
      Grant grant = each.grant();
      Instant end = grant.revokedAt().orElse(grant.expiresAt());
      if (end.isBefore(forgotten)) {
        state.forget(each);
        live.grantForgotten(grant.id());
        purge = true;
      } else if (grant.revokedAt().isEmpty() && !now.isBefore(grant.expiresAt())) {
        live.grantEnded(grant.id(), ErrorCode.GRANT_EXPIRED);
      }
    }
    if (purge) {
      store.purge(forgotten);
    }
  }

  private static Entry describe(Actor actor, GrantSelector selector) {
    Entry entry = Entry.of(Kind.REVOCATION, actor);
    return switch (selector) {
      case GrantSelector.ById(var id) -> entry.about(id).with("selector", "grant");
      case GrantSelector.ByAgent(var agent) ->
          entry.with("selector", "agent").with("agent", agent.value());
      case GrantSelector.ByCredential(var name) -> entry.about(name).with("selector", "credential");
      case GrantSelector.ByRun(var run) -> entry.with("selector", "run").with("run", run);
      case GrantSelector.All() -> entry.with("selector", "all");
    };
  }

  private static Grant revokedAt(Grant grant, Instant at) {
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
}
