package io.keymantle.gateway;

import io.keymantle.domain.Agent;
import io.keymantle.domain.AgentName;
import io.keymantle.domain.CommandBinding;
import io.keymantle.domain.CredentialName;
import io.keymantle.domain.Destination;
import io.keymantle.domain.EgressPolicy;
import io.keymantle.domain.ErrorCode;
import io.keymantle.domain.GrantId;
import io.keymantle.domain.Injection;
import io.keymantle.domain.LedgerEvent;
import io.keymantle.domain.NetworkBinding;
import io.keymantle.domain.PersonName;
import io.keymantle.domain.Problem;
import io.keymantle.domain.RefusedException;
import io.keymantle.domain.TrustLevel;
import io.keymantle.redaction.RedactionSet;
import io.keymantle.redeem.AgentSession;
import io.keymantle.redeem.LiveGrant;
import io.keymantle.redeem.ObservedUse;
import io.keymantle.redeem.Redeemer;
import io.keymantle.secret.SecretBytes;
import io.keymantle.secret.SecretLease;
import io.keymantle.secret.SecretSink;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;

/// A broker in memory: agents, grants and values are put in by the test, and everything that the
/// gateway records can be read back.
final class FakeRedeemer implements Redeemer {
  /// What came back from one redemption.
  record Outcome(String result, String code) {}

  final List<LedgerEvent> events = new CopyOnWriteArrayList<>();
  final List<ObservedUse> redemptions = new CopyOnWriteArrayList<>();
  final ConcurrentLinkedQueue<Outcome> outcomes = new ConcurrentLinkedQueue<>();
  private final Map<String, FakeSession> sessions = new ConcurrentHashMap<>();
  private final Map<String, FakeGrant> grants = new ConcurrentHashMap<>();
  private final AtomicInteger ids = new AtomicInteger();
  private volatile CompletableFuture<RedactionSet> values =
      CompletableFuture.completedFuture(RedactionSet.EMPTY);
  private volatile CompletableFuture<Void> reading = CompletableFuture.completedFuture(null);
  private volatile Executor ledger = Runnable::run;
  private volatile boolean remembers = true;

  /// Redemptions complete on this executor, as on a ledger's thread.
  void completeOn(Executor executor) {
    ledger = executor;
  }

  /// An agent that may go where its grants go and to `allowed`; returns its token.
  String agent(String name, EgressPolicy policy) {
    String token = "kma_" + String.format("%040d", ids.incrementAndGet());
    sessions.put(
        token,
        new FakeSession(
            new Agent(new AgentName(name), new PersonName("owner"), policy, Instant.EPOCH, false),
            new Ending()));
    return token;
  }

  String agent(String name) {
    return agent(name, EgressPolicy.DEFAULT);
  }

  /// A grant of a value; returns the broker token.
  String grant(String agentToken, String credential, String value, NetworkBinding... bindings) {
    int id = ids.incrementAndGet();
    String token = "kmt_" + String.format("%040d", id);
    FakeGrant grant =
        new FakeGrant(
            new GrantId("g_" + String.format("%016d", id)),
            new CredentialName(credential),
            List.of(bindings),
            sessions.get(agentToken),
            value,
            new Ending());
    grants.put(token, grant);
    Map<String, List<SecretBytes>> all = new LinkedHashMap<>();
    grants
        .values()
        .forEach(each ->
            all.computeIfAbsent(each.credential.value(), name -> new ArrayList<>())
                .add(
                    SecretBytes.adopt(
                        each.credential.value(), each.value.getBytes(StandardCharsets.UTF_8))));
    values = reading.thenApply(nothing -> RedactionSet.compile(all));
    return token;
  }

  /// Lets the values of grants from here on be read only when the result is run.
  Runnable holdRedactions() {
    CompletableFuture<Void> held = new CompletableFuture<>();
    reading = held;
    return () -> held.complete(null);
  }

  /// Keeps no further records, so that a long run does not fill the memory.
  void forget() {
    remembers = false;
  }

  void revokeGrant(String brokerToken) {
    grants.get(brokerToken).ending.end();
  }

  void revokeAgent(String agentToken) {
    sessions.get(agentToken).ending.end();
  }

  @Override
  public AgentSession authenticate(String agentToken) {
    FakeSession session = sessions.get(agentToken);
    if (session == null) {
      throw RefusedException.of(ErrorCode.UNAUTHENTICATED, "no such agent", "ask a person");
    }
    if (!session.isLive()) {
      throw RefusedException.of(ErrorCode.AGENT_REVOKED, "the agent was revoked", "ask a person");
    }
    return session;
  }

  @Override
  public LiveGrant grant(AgentSession session, String brokerToken) {
    FakeGrant grant = grants.get(brokerToken);
    if (grant == null) {
      throw RefusedException.of(ErrorCode.TOKEN_UNKNOWN, "no such token", "ask for one");
    }
    if (grant.session != session) {
      throw RefusedException.of(ErrorCode.TOKEN_OF_OTHER_AGENT, "not yours", "ask for one");
    }
    if (!grant.isLive()) {
      throw RefusedException.of(ErrorCode.GRANT_REVOKED, "the grant was revoked", "ask again");
    }
    return grant;
  }

  @Override
  public List<LiveGrant> injected(AgentSession session, Destination destination) {
    List<LiveGrant> found = new ArrayList<>();
    for (LiveGrant grant : bound(session, destination)) {
      for (NetworkBinding binding : grant.networkBindings()) {
        if (binding.destination().equals(destination)
            && binding.injection() instanceof Injection.Always) {
          found.add(grant);
          break;
        }
      }
    }
    return found;
  }

  @Override
  public List<LiveGrant> bound(AgentSession session, Destination destination) {
    List<LiveGrant> found = new ArrayList<>();
    for (FakeGrant grant : grants.values()) {
      if (grant.session == session
          && grant.isLive()
          && grant.bindings.stream().anyMatch(each -> each.destination().equals(destination))) {
        found.add(grant);
      }
    }
    return found;
  }

  @Override
  public EgressDecision egress(AgentSession session, Destination destination) {
    EgressPolicy policy = session.agent().egress();
    if (policy.tunnelled().contains(destination)) {
      return EgressDecision.TUNNEL;
    }
    boolean named = !bound(session, destination).isEmpty();
    return named
            || policy.allowed().contains(destination)
            || policy.mode() == EgressPolicy.Mode.OPEN
        ? EgressDecision.INTERCEPT
        : EgressDecision.REFUSE;
  }

  @Override
  public void redeem(AgentSession session, LiveGrant grant, ObservedUse use, Callback callback) {
    ledger.execute(() -> {
      if (!grant.isLive()) {
        callback.refused(
            new Problem(ErrorCode.GRANT_REVOKED, "the grant was revoked", "ask again"));
        return;
      }
      if (remembers) {
        redemptions.add(use);
      }
      callback.granted(new Lease((FakeGrant) grant));
    });
  }

  @Override
  public CompletionStage<RedactionSet> redactions(AgentSession session) {
    return values;
  }

  @Override
  public CompletionStage<String> capture(
      AgentSession session, LiveGrant parent, String field, SecretBytes value) {
    value.close();
    return CompletableFuture.completedFuture(
        "kmt_" + String.format("%040d", ids.incrementAndGet()));
  }

  @Override
  public void record(LedgerEvent event) {
    if (remembers) {
      events.add(event);
    }
  }

  /// Something that ends once and tells who asked.
  private static final class Ending {
    private final Map<Object, Runnable> actions = new HashMap<>();
    private boolean over;

    synchronized boolean isOver() {
      return over;
    }

    AutoCloseable onEnd(Runnable action) {
      Object key = new Object();
      synchronized (this) {
        if (!over) {
          actions.put(key, action);
          return () -> forget(key);
        }
      }
      action.run();
      return () -> {};
    }

    private synchronized void forget(Object key) {
      actions.remove(key);
    }

    void end() {
      List<Runnable> all;
      synchronized (this) {
        over = true;
        all = List.copyOf(actions.values());
      }
      all.forEach(Runnable::run);
    }
  }

  private record FakeSession(Agent agent, Ending ending) implements AgentSession {
    @Override
    public TrustLevel trust() {
      return TrustLevel.values()[0];
    }

    @Override
    public String run() {
      return "";
    }

    @Override
    public boolean isLive() {
      return !ending.isOver();
    }

    @Override
    public AutoCloseable onEnd(Runnable action) {
      return ending.onEnd(action);
    }
  }

  private record FakeGrant(
      GrantId id,
      CredentialName credential,
      List<NetworkBinding> bindings,
      FakeSession session,
      String value,
      Ending ending)
      implements LiveGrant {
    @Override
    public List<NetworkBinding> networkBindings() {
      return bindings;
    }

    @Override
    public List<CommandBinding> commandBindings() {
      return List.of();
    }

    @Override
    public boolean isLive() {
      return !ending.isOver();
    }

    @Override
    public AutoCloseable onEnd(Runnable action) {
      return ending.onEnd(action);
    }
  }

  private final class Lease implements SecretLease {
    private final FakeGrant grant;
    private boolean told;

    Lease(FakeGrant grant) {
      this.grant = grant;
    }

    @Override
    public CredentialName credential() {
      return grant.credential;
    }

    @Override
    public String operation() {
      return "0000000000000000";
    }

    @Override
    public void reveal(SecretSink sink) {
      if (!grant.isLive()) {
        throw RefusedException.of(ErrorCode.GRANT_REVOKED, "the grant was revoked", "ask again");
      }
      byte[] bytes = grant.value.getBytes(StandardCharsets.UTF_8);
      sink.accept(bytes, 0, bytes.length);
    }

    @Override
    public void outcome(String result, String code) {
      told = true;
      if (remembers) {
        outcomes.add(new Outcome(result, code));
      }
    }

    @Override
    public void close() {
      if (!told) {
        outcome("unknown", "");
      }
    }
  }

  /// Ledger codes of the refusals so far.
  Set<String> refusals() {
    Set<String> codes = new java.util.TreeSet<>();
    events.stream()
        .filter(event -> event.result().equals("refused"))
        .forEach(event -> codes.add(event.code()));
    return codes;
  }
}
