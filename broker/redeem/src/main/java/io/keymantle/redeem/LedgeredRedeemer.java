package io.keymantle.redeem;

import io.keymantle.control.Approvals;
import io.keymantle.control.Captures;
import io.keymantle.control.Grants;
import io.keymantle.control.Refusals;
import io.keymantle.domain.ApprovalRule;
import io.keymantle.domain.Credential;
import io.keymantle.domain.Destination;
import io.keymantle.domain.EgressPolicy;
import io.keymantle.domain.ErrorCode;
import io.keymantle.domain.LedgerEvent;
import io.keymantle.domain.Problem;
import io.keymantle.domain.RefusedException;
import io.keymantle.ledger.Completion;
import io.keymantle.redaction.RedactionSet;
import io.keymantle.secret.SecretAccess;
import io.keymantle.secret.SecretBytes;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.BooleanSupplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// The [Redeemer] of a broker: nothing is lent before its record is durable in the ledger.
///
/// Guarantees: after a revocation, expiry or removal took effect in the [LiveIndex], no lease
/// reveals anything, also one that was lent before; a grant for one use is lent once, however many
/// ask at the same time; when the ledger cannot write, nothing is lent.
///
/// For a grant whose value was read before, and that has no limit of uses, everything up to the
/// append runs on the caller's thread and takes no lock that is held during input or output. All
/// else runs on virtual threads.
public final class LedgeredRedeemer implements Redeemer, AutoCloseable {
  private final LiveIndex index;
  private final Grants grants;
  private final Captures captures;
  private final UseGate gate;
  private final SecretValues values;
  private final RedemptionLog log;
  private final Clock clock;
  private final Operations operations;
  private final SecretAccess access = SecretAccess.insecureMint();
  private final ExecutorService blocking = Executors.newVirtualThreadPerTaskExecutor();

  /// @param random for the ids of operations, which are no secret
  public LedgeredRedeemer(
      LiveIndex index,
      Grants grants,
      Captures captures,
      Approvals approvals,
      SecretValues values,
      RedemptionLog log,
      Clock clock,
      RandomGenerator random) {
    this.index = index;
    this.grants = grants;
    this.captures = captures;
    this.gate = new UseGate(approvals, log, clock);
    this.values = values;
    this.log = log;
    this.clock = clock;
    this.operations = new Operations(random);
  }

  @Override
  public AgentSession authenticate(String agentToken) {
    return index.session(agentToken);
  }

  @Override
  public LiveGrant grant(AgentSession session, String brokerToken) {
    GrantEntry grant = index.grant(own(session).entry(), brokerToken);
    Problem why = grant.whyNoFurtherUse();
    if (why != null) {
      throw new RefusedException(why);
    }
    return grant;
  }

  @Override
  public List<LiveGrant> injected(AgentSession session, Destination destination) {
    List<LiveGrant> injected = own(session).entry().injected(destination);
    return injected.isEmpty() ? injected : ofRun(injected, session.run());
  }

  /// A run is injected its own grants and those of no run, never those of another run.
  private static List<LiveGrant> ofRun(List<LiveGrant> injected, String run) {
    return injected.stream()
        .filter(each ->
            each instanceof GrantEntry grant
                && grant.grant().run().filter(its -> !its.equals(run)).isEmpty())
        .toList();
  }

  @Override
  public List<LiveGrant> bound(AgentSession session, Destination destination) {
    return own(session).entry().bound(destination);
  }

  @Override
  public EgressDecision egress(AgentSession session, Destination destination) {
    AgentEntry agent = own(session).entry();
    EgressPolicy policy = agent.agent().egress();
    if (!session.isLive()) {
      return EgressDecision.REFUSE;
    }
    return switch (policy.mode()) {
      case DENY -> EgressDecision.REFUSE;
      case ALLOW_LISTED -> {
        if (policy.tunnelled().contains(destination)) {
          yield EgressDecision.TUNNEL;
        }
        yield policy.allowed().contains(destination)
                || index.destinations(agent).contains(destination)
            ? EgressDecision.INTERCEPT
            : EgressDecision.REFUSE;
      }
      case OPEN ->
          policy.tunnelled().contains(destination)
              ? EgressDecision.TUNNEL
              : EgressDecision.INTERCEPT;
    };
  }

  @Override
  public boolean asksFor(
      AgentSession session, LiveGrant grant, String destination, String method, String path) {
    return !UseGate.needs(own(session), own(grant), destination, method, path).isEmpty();
  }

  @Override
  public Executor callbacks(Executor loop, BooleanSupplier here) {
    return log.loop(loop, here);
  }

  @Override
  public void redeem(AgentSession session, LiveGrant grant, ObservedUse use, Callback callback) {
    redeem(session, grant, use, Completion.COMMITTING_THREAD, callback);
  }

  @Override
  public void redeem(
      AgentSession session,
      LiveGrant grant,
      ObservedUse use,
      Executor executor,
      Callback callback) {
    Session own = own(session);
    GrantEntry entry = own(grant);
    Problem why = whyNot(own, entry);
    if (why != null) {
      executor.execute(() -> callback.refused(why));
      return;
    }
    List<ApprovalRule> needs =
        UseGate.needs(own, entry, use.destination(), use.method(), use.path());
    if (!needs.isEmpty()) {
      blocking.execute(() -> redeemApproved(own, entry, use, needs, executor, callback));
      return;
    }
    KeptValue warm = entry.values().warm();
    if (warm != null && !entry.limited()) {
      begin(own, entry, warm, use, executor, callback);
      return;
    }
    blocking.execute(() -> redeemBlocking(own, entry, use, executor, callback));
  }

  private void redeemApproved(
      Session session,
      GrantEntry grant,
      ObservedUse use,
      List<ApprovalRule> needs,
      Executor executor,
      Callback callback) {
    Problem why;
    try {
      gate.pass(session, grant, use, needs, callback);
      // Much may have happened while people thought.
      why = whyNot(session, grant);
    } catch (RefusedException e) {
      why = e.problem();
    } catch (RuntimeException e) {
      why = failed(grant);
    }
    if (why == null) {
      redeemBlocking(session, grant, use, executor, callback);
    } else {
      Problem refusal = why;
      executor.execute(() -> callback.refused(refusal));
    }
  }

  private void redeemBlocking(
      Session session, GrantEntry grant, ObservedUse use, Executor executor, Callback callback) {
    KeptValue value;
    try {
      value = grant.values().load(grant);
      if (grant.limited()) {
        consume(grant);
      }
    } catch (RefusedException e) {
      executor.execute(() -> callback.refused(e.problem()));
      return;
    } catch (RuntimeException e) {
      executor.execute(() -> callback.refused(failed(grant)));
      return;
    }
    begin(session, grant, value, use, executor, callback);
  }

  private void consume(GrantEntry grant) {
    if (!grants.consumeUse(grant.id())) {
      Problem ended = grant.whyNot();
      throw new RefusedException(ended == null ? Refusals.grantUsedUp(grant.grant()) : ended);
    }
    grant.countUse();
  }

  private void begin(
      Session session,
      GrantEntry grant,
      KeptValue value,
      ObservedUse use,
      Executor executor,
      Callback callback) {
    SecretBytes lent;
    try {
      lent = grant.values().lent(grant, value.bytes(), clock.instant());
      // The bindings may have changed since the value was checked at its intake, and a source
      // outside is never checked before.
      ValueRules.check(grant.current(), lent.length());
    } catch (RefusedException e) {
      executor.execute(() -> callback.refused(e.problem()));
      return;
    } catch (IllegalStateException e) {
      executor.execute(() -> callback.refused(Refusals.grantRevoked(grant.grant())));
      return;
    }
    new Redemption(
            session,
            grant,
            lent,
            value.version(),
            use,
            operations.next(),
            log,
            clock,
            access,
            executor,
            callback)
        .begin();
  }

  private static @Nullable Problem whyNot(Session session, GrantEntry grant) {
    if (!session.isLive()) {
      return Refusals.agentRevoked();
    }
    if (!grant.grant().agent().equals(session.agent().name())) {
      return Refusals.tokenOfOtherAgent();
    }
    if (grant.current().bindings().isEmpty()) {
      return Refusals.unbound(grant.credential());
    }
    return grant.whyNoFurtherUse();
  }

  @Override
  public CompletionStage<RedactionSet> redactions(AgentSession session) {
    AgentEntry agent = own(session).entry();
    while (true) {
      CompletableFuture<RedactionSet> known = agent.redactions().get();
      if (known != null) {
        return known;
      }
      CompletableFuture<RedactionSet> fresh = new CompletableFuture<>();
      if (agent.redactions().compareAndSet(null, fresh)) {
        blocking.execute(() -> Redactions.compile(agent, fresh));
        return fresh;
      }
    }
  }

  /// The values of all given credentials, compiled for redaction of what a person pipes through.
  /// Reads every source; blocks.
  ///
  /// @throws RefusedException when a value cannot be read
  public RedactionSet redactionsOf(List<Credential> credentials) {
    Map<String, List<SecretBytes>> all = new TreeMap<>();
    try {
      for (Credential credential : credentials) {
        if (credential.source().isStore() && credential.valueVersion() == 0) {
          continue;
        }
        List<SecretBytes> own =
            all.computeIfAbsent(credential.name().value(), _ -> new ArrayList<>());
        own.add(values.current(credential).bytes());
        own.addAll(values.earlier(credential));
        SeedForms.addTo(own, credential);
      }
      return RedactionSet.compile(all);
    } finally {
      all.values().forEach(each -> each.forEach(SecretBytes::close));
    }
  }

  @Override
  public CompletionStage<String> capture(
      AgentSession session, LiveGrant parent, String field, SecretBytes value) {
    Session own = own(session);
    GrantEntry entry = own(parent);
    return CompletableFuture.supplyAsync(
        () -> {
          try (value) {
            Problem why = whyNot(own, entry);
            if (why != null && why.code() != ErrorCode.GRANT_USED_UP) {
              throw new RefusedException(why);
            }
            return captures
                .capture(entry.id(), field, credential -> values.envelope(credential, value))
                .token()
                .value();
          }
        },
        blocking);
  }

  @Override
  public void record(LedgerEvent event) {
    log.append(event);
  }

  /// Ends the threads; redemptions under way finish first.
  @Override
  public void close() {
    blocking.close();
  }

  private static Session own(AgentSession session) {
    if (session instanceof Session own) {
      return own;
    }
    throw new IllegalArgumentException("not a session of this redeemer");
  }

  private static GrantEntry own(LiveGrant grant) {
    if (grant instanceof GrantEntry own) {
      return own;
    }
    throw new IllegalArgumentException("not a grant of this redeemer");
  }

  private static Problem failed(GrantEntry grant) {
    return Problem.about(
        grant.credential(),
        ErrorCode.SOURCE_FAILED,
        "the value could not be read",
        "see the broker's log, and run: keymantle doctor");
  }
}
