package io.keymantle.control;

import io.keymantle.domain.BrokerToken;
import io.keymantle.domain.Credential;
import io.keymantle.domain.CredentialName;
import io.keymantle.domain.ErrorCode;
import io.keymantle.domain.Grant;
import io.keymantle.domain.GrantId;
import io.keymantle.domain.LedgerEvent.Kind;
import io.keymantle.domain.Problem;
import io.keymantle.domain.RefusedException;
import io.keymantle.domain.Rules;
import io.keymantle.policy.AccessRequest;
import io.keymantle.policy.Decision;
import io.keymantle.policy.Policy;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/// Requests, decisions and grants. Thread-safe.
///
/// Guarantees: a grant is in the ledger and the store before its token is known to anyone; after a
/// revocation returned, nothing of the grant is revealed, also after a crash; an agent cannot tell
/// a credential that does not exist from one that it may not use.
public final class Grants {
  /// How many live grants one agent may hold.
  static final int LIVE_LIMIT = 1000;

  private final HomeState state;
  private final GrantStore store;
  private final LiveView live;
  private final Operations operations;
  private final Revocations revocations;
  private final Approvals approvals;

  Grants(
      HomeState state,
      GrantStore store,
      LiveView live,
      Operations operations,
      Revocations revocations,
      Approvals approvals) {
    this.state = state;
    this.store = store;
    this.live = live;
    this.operations = operations;
    this.revocations = revocations;
    this.approvals = approvals;
  }

  /// What a request for a credential came to.
  public sealed interface Answer {
    record Issued(IssuedGrant grant) implements Answer {}

    /// People have been asked. The same request asks again how it stands, and takes their yes.
    record Asked(Approval approval) implements Answer {}
  }

  /// Asks for a credential by name, as [#ask]; people's answer is not waited for.
  ///
  /// @throws RefusedException as [#ask], or with `approval_required` when people have been asked
  public IssuedGrant request(Requester requester, CredentialName name, String reason) {
    return switch (ask(requester, name, reason)) {
      case Answer.Issued(IssuedGrant grant) -> grant;
      case Answer.Asked(Approval approval) ->
          throw new RefusedException(Refusals.approvalRequired(approval));
    };
  }

  /// Asks for a credential by name.
  ///
  /// @param reason the agent's own words, for people who read the ledger
  /// @throws RefusedException with `agent_not_allowed` (also when no such credential exists),
  ///   `agent_revoked`, `approval_denied`, `rate_limited`, `ledger_unavailable` or
  ///   `store_unavailable`
  public Answer ask(Requester requester, CredentialName name, String reason) {
    return state.reading(() -> requestNow(requester, name, Reason.of(reason)));
  }

  private Answer requestNow(Requester requester, CredentialName name, Reason reason) {
    String operation = operations.ids().operation();
    Actor actor = new Actor.AgentActor(requester.agent().name());
    Entry asked =
        Entry.of(Kind.REQUEST, actor)
            .about(name)
            .with("reason", reason.text())
            .with("trust", requester.trust().toString());
    Entry request = requester.run().map(run -> asked.with("run", run)).orElse(asked);
    operations.fact(operation, request, "", "");
    Instant now = operations.clock().instant();
    Decision decision = decide(requester, name, now);
    Entry decided = Entry.of(Kind.DECISION, actor).about(name).with("rule", decision.rule());
    return switch (decision) {
      case Decision.Refuse(_, Problem problem) -> throw refuse(operation, decided, problem);
      case Decision.NeedsApproval needs -> {
        requireRoom(requester, name, operation, decided, now);
        Credential credential = state.credential(name).orElseThrow(() -> Catalogue.notFound(name));
        Approval approval = approve(requester, credential, reason, needs, operation, decided);
        if (approval.state() == ApprovalState.PENDING) {
          operations.fact(operation, decided, "refused", ErrorCode.APPROVAL_REQUIRED.text());
          yield new Answer.Asked(approval);
        }
        operations.fact(operation, decided.with("approval", approval.id().value()), "ok", "");
        Rules rules = credential.rules();
        Instant end = now.plus(rules.expiresAfter());
        Instant latest =
            approval.scope() == ApprovalScope.ONCE ? end : approval.until().orElse(now);
        Instant expiresAt = end.isBefore(latest) ? end : latest;
        yield issue(operation, actor, grant(requester, name, reason, expiresAt, rules.uses()));
      }
      case Decision.Allow allow -> {
        requireRoom(requester, name, operation, decided, now);
        operations.fact(operation, decided, "ok", "");
        yield issue(
            operation, actor, grant(requester, name, reason, allow.expiresAt(), allow.uses()));
      }
    };
  }

  private Approval approve(
      Requester requester,
      Credential credential,
      Reason reason,
      Decision.NeedsApproval needs,
      String operation,
      Entry decided) {
    // Of no run: a run is started anew after the yes that its credentials wait for.
    ApprovalRequest asked =
        new ApprovalRequest(
            ApprovalRequest.Kind.GRANT,
            requester.agent().name(),
            credential.name(),
            ApprovalRequest.Target.NONE,
            reason.text(),
            requester.trust(),
            Optional.empty(),
            Approvals.revision(credential),
            needs.needs());
    try {
      return approvals.takeOrAsk(asked, () -> true);
    } catch (RefusedException e) {
      throw refuse(operation, decided, e.problem());
    }
  }

  private void requireRoom(
      Requester requester, CredentialName name, String operation, Entry decided, Instant now) {
    if (liveCount(requester, now) >= LIVE_LIMIT) {
      throw refuse(operation, decided, Refusals.tooManyGrants(name));
    }
  }

  private Grant grant(
      Requester requester, CredentialName name, Reason reason, Instant expiresAt, int uses) {
    return new Grant(
        operations.ids().grant(),
        name,
        requester.agent().name(),
        requester.trust(),
        reason.text(),
        operations.clock().instant(),
        expiresAt,
        uses,
        state.epoch.get(),
        requester.run(),
        Optional.empty());
  }

  private Decision decide(Requester requester, CredentialName name, Instant now) {
    boolean revoked =
        state.agent(requester.agent().name()).map(each -> each.agent().revoked()).orElse(true)
            || requester.run().filter(run -> !state.runs.containsKey(run)).isPresent();
    AccessRequest request = new AccessRequest(requester.agent().name(), revoked, name);
    Optional<Rules> rules = state.credential(name).map(Credential::rules);
    return rules.isPresent()
        ? Policy.decide(request, rules.get(), now)
        : Policy.decideUnknown(request);
  }

  private RefusedException refuse(String operation, Entry decided, Problem problem) {
    operations.factDurably(operation, decided, "refused", problem.code().text());
    return new RefusedException(problem);
  }

  private long liveCount(Requester requester, Instant now) {
    return state.grants(new GrantSelector.ByAgent(requester.agent().name())).stream()
        .filter(each -> each.grant().isLive(now))
        .count();
  }

  /// A grant for a captured credential, with the parent grant's agent, run and trust.
  IssuedGrant issueDerived(Grant parent, Credential credential) {
    Instant now = operations.clock().instant();
    Grant grant =
        new Grant(
            operations.ids().grant(),
            credential.name(),
            parent.agent(),
            parent.trust(),
            "captured with " + parent.id(),
            now,
            now.plus(credential.rules().expiresAfter()),
            0,
            state.epoch.get(),
            parent.run(),
            Optional.empty());
    return issue(operations.ids().operation(), new Actor.AgentActor(parent.agent()), grant).grant();
  }

  private Answer.Issued issue(String operation, Actor actor, Grant grant) {
    BrokerToken token = operations.ids().brokerToken();
    StoredGrant stored = new StoredGrant(grant, TokenHash.of(token.value()), 0);
    Entry entry =
        Entry.of(Kind.GRANT, actor)
            .about(grant.credential())
            .about(grant.id())
            .with("expiresAt", grant.expiresAt().toString())
            .with("uses", Integer.toString(grant.uses()))
            .with("trust", grant.trust().toString());
    try {
      operations.perform(operation, entry, () -> store.issue(stored));
    } catch (RefusedException e) {
      takeBack(grant, e);
    }
    state.put(stored);
    live.grantIssued(stored);
    return new Answer.Issued(new IssuedGrant(grant, token));
  }

  /// All grants that are remembered, ended ones too, newest first.
  public List<StoredGrant> list() {
    return state.grants.values().stream()
        .sorted(Comparator.comparing((StoredGrant each) -> each.grant().issuedAt()).reversed())
        .toList();
  }

  /// Nobody knows the token of a grant whose outcome could not be recorded. Should taking it back
  /// fail as well, the next start does it.
  private void takeBack(Grant grant, RefusedException cause) {
    try {
      store.revoke(new GrantSelector.ById(grant.id()), operations.clock().instant());
    } catch (RefusedException e) {
      throw cause;
    }
    throw cause;
  }

  /// Whether a broker token would work now, for the agent that asks.
  public Validity validate(Requester requester, String token) {
    return answer(token, grant -> grant.agent().equals(requester.agent().name()));
  }

  /// Whether a broker token would work now, for a person.
  public Validity validate(Actor.Person person, String token) {
    return answer(token, grant -> !person.name().isEmpty());
  }

  private Validity answer(String token, Predicate<Grant> mayAsk) {
    BrokerToken parsed;
    try {
      parsed = BrokerToken.parse(token);
    } catch (RefusedException e) {
      return new Validity.Invalid(e.problem());
    }
    GrantId id = state.grantTokens.get(TokenHash.of(parsed.value()));
    StoredGrant stored = id == null ? null : state.grants.get(id);
    if (stored == null) {
      return new Validity.Invalid(Refusals.tokenUnknown());
    }
    if (!mayAsk.test(stored.grant())) {
      return new Validity.Invalid(Refusals.tokenOfOtherAgent());
    }
    return whyNot(stored)
        .<Validity>map(Validity.Invalid::new)
        .orElseGet(() -> new Validity.Valid(stored.grant()));
  }

  private Optional<Problem> whyNot(StoredGrant stored) {
    Grant grant = stored.grant();
    if (grant.revokedAt().isPresent() || grant.epoch() != state.epoch.get()) {
      return Optional.of(Refusals.grantRevoked(grant));
    }
    if (!operations.clock().instant().isBefore(grant.expiresAt())) {
      return Optional.of(Refusals.grantExpired(grant));
    }
    if (grant.uses() > 0 && stored.used() >= grant.uses()) {
      return Optional.of(Refusals.grantUsedUp(grant));
    }
    Credential credential = state.credentials.get(grant.credential());
    if (credential == null) {
      return Optional.of(Refusals.grantRevoked(grant));
    }
    if (credential.bindings().isEmpty()) {
      return Optional.of(Refusals.unbound(grant.credential()));
    }
    if (credential.source().isStore() && credential.valueVersion() == 0) {
      return Optional.of(Refusals.withoutValue(grant.credential()));
    }
    return Optional.empty();
  }

  /// Takes one use of a grant with a limit; `redeem` asks, before it records the redemption.
  ///
  /// @return false when none is left or the grant has ended
  /// @throws RefusedException with `store_unavailable`
  public boolean consumeUse(GrantId id) {
    if (!store.consumeUse(id, operations.clock().instant())) {
      return false;
    }
    state.grants.computeIfPresent(
        id, (_, each) -> new StoredGrant(each.grant(), each.token(), each.used() + 1));
    return true;
  }

  /// Revokes grants. They are dead in memory from the first instant, also when the ledger or the
  /// store then fails; a revocation that failed is to be repeated.
  ///
  /// @return how many this call revoked
  /// @throws RefusedException with `not_found` when the grant, agent or credential that is named
  ///   does not exist
  public int revoke(Actor.Person actor, GrantSelector selector) {
    return revocations.revoke(actor, selector);
  }

  /// @throws RefusedException with the reason why the grant no longer lives
  StoredGrant requireLive(GrantId id) {
    StoredGrant stored = state.grants.get(id);
    if (stored == null) {
      throw Refusals.noGrant(id);
    }
    Grant grant = stored.grant();
    if (grant.revokedAt().isPresent()) {
      throw new RefusedException(Refusals.grantRevoked(grant));
    }
    if (!operations.clock().instant().isBefore(grant.expiresAt())) {
      throw new RefusedException(Refusals.grantExpired(grant));
    }
    return stored;
  }
}
