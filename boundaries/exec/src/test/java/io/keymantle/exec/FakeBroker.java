package io.keymantle.exec;

import io.keymantle.domain.Agent;
import io.keymantle.domain.AgentName;
import io.keymantle.domain.CommandBinding;
import io.keymantle.domain.CredentialName;
import io.keymantle.domain.Destination;
import io.keymantle.domain.EgressPolicy;
import io.keymantle.domain.ErrorCode;
import io.keymantle.domain.GrantId;
import io.keymantle.domain.LedgerEvent;
import io.keymantle.domain.NetworkBinding;
import io.keymantle.domain.PersonName;
import io.keymantle.domain.RefusedException;
import io.keymantle.domain.TrustLevel;
import io.keymantle.redaction.RedactionSet;
import io.keymantle.redeem.AgentSession;
import io.keymantle.redeem.LiveGrant;
import io.keymantle.redeem.ObservedUse;
import io.keymantle.redeem.Redeemer;
import io.keymantle.secret.SecretAccess;
import io.keymantle.secret.SecretBytes;
import io.keymantle.secret.SecretLease;
import io.keymantle.secret.SecretSink;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;

/// A broker with one agent, one grant and one value, that writes down what it is asked.
final class FakeBroker implements Redeemer {
  static final String TOKEN = "kmt_0123456789abcdefghijABCDEFGHIJ0123456789";
  static final CredentialName CREDENTIAL = new CredentialName("db");

  final List<ObservedUse> redemptions = new CopyOnWriteArrayList<>();
  final List<String> outcomes = new CopyOnWriteArrayList<>();
  final List<LedgerEvent> events = new CopyOnWriteArrayList<>();
  final List<Runnable> onEnd = new CopyOnWriteArrayList<>();
  private final List<CommandBinding> bindings;
  private final byte[] value;

  FakeBroker(String value, CommandBinding... bindings) {
    this.value = value.getBytes(StandardCharsets.ISO_8859_1);
    this.bindings = List.of(bindings);
  }

  AgentSession session() {
    return new Session();
  }

  @Override
  public AgentSession authenticate(String agentToken) {
    return session();
  }

  @Override
  public LiveGrant grant(AgentSession session, String brokerToken) {
    if (!brokerToken.equals(TOKEN)) {
      throw RefusedException.of(ErrorCode.TOKEN_UNKNOWN, "no such token", "ask again");
    }
    return new Granted();
  }

  @Override
  public List<LiveGrant> injected(AgentSession session, Destination destination) {
    return List.of();
  }

  @Override
  public List<LiveGrant> bound(AgentSession session, Destination destination) {
    return List.of();
  }

  @Override
  public EgressDecision egress(AgentSession session, Destination destination) {
    return EgressDecision.REFUSE;
  }

  @Override
  public void redeem(
      AgentSession session, LiveGrant grant, ObservedUse use, Redeemer.Callback callback) {
    redemptions.add(use);
    callback.granted(new Lease());
  }

  @Override
  public CompletionStage<RedactionSet> redactions(AgentSession session) {
    return CompletableFuture.completedFuture(
        RedactionSet.compile(Map.of("db", List.of(SecretBytes.copyOf("db", value)))));
  }

  @Override
  public CompletionStage<String> capture(
      AgentSession session, LiveGrant parent, String field, SecretBytes captured) {
    return CompletableFuture.failedFuture(new UnsupportedOperationException());
  }

  @Override
  public void record(LedgerEvent event) {
    events.add(event);
  }

  private static final class Session implements AgentSession {
    @Override
    public Agent agent() {
      return new Agent(
          new AgentName("main"),
          new PersonName("owner"),
          EgressPolicy.DEFAULT,
          Instant.EPOCH,
          false);
    }

    @Override
    public TrustLevel trust() {
      return TrustLevel.ISOLATED;
    }

    @Override
    public String run() {
      return "";
    }

    @Override
    public boolean isLive() {
      return true;
    }

    @Override
    public AutoCloseable onEnd(Runnable action) {
      return () -> {};
    }
  }

  private final class Granted implements LiveGrant {
    @Override
    public GrantId id() {
      return new GrantId("g_0123456789abcdef");
    }

    @Override
    public CredentialName credential() {
      return CREDENTIAL;
    }

    @Override
    public List<NetworkBinding> networkBindings() {
      return new ArrayList<>();
    }

    @Override
    public List<CommandBinding> commandBindings() {
      return bindings;
    }

    @Override
    public boolean isLive() {
      return true;
    }

    @Override
    public AutoCloseable onEnd(Runnable action) {
      onEnd.add(action);
      return () -> onEnd.remove(action);
    }
  }

  private final class Lease implements SecretLease {
    private final SecretBytes secret = SecretBytes.copyOf("db", value);

    @Override
    public CredentialName credential() {
      return CREDENTIAL;
    }

    @Override
    public String operation() {
      return "op_0123456789abc";
    }

    @Override
    public void reveal(SecretSink sink) {
      secret.reveal(SecretAccess.insecureMint(), sink);
    }

    @Override
    public void outcome(String result, String code) {
      outcomes.add(result + " " + code);
    }

    @Override
    public void close() {
      secret.close();
      outcomes.add("closed");
    }
  }
}
