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
import io.keymantle.domain.RefusedException;
import io.keymantle.domain.Surface;
import io.keymantle.domain.TrustLevel;
import io.keymantle.gateway.GatewayConfiguration.Protection;
import io.keymantle.redaction.RedactionSet;
import io.keymantle.redeem.AgentSession;
import io.keymantle.redeem.LiveGrant;
import io.keymantle.redeem.ObservedUse;
import io.keymantle.redeem.Redeemer;
import io.keymantle.secret.SecretBytes;
import io.keymantle.secret.SecretLease;
import io.keymantle.secret.SecretSink;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
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
import org.jspecify.annotations.Nullable;

/// An agent with grants, a broker that knows them, and one request at a time through the planner.
final class SubstitutionFixture implements Redeemer {
  static final Destination API = Destination.parse("https://api.example.com");
  static final Destination OTHER = Destination.parse("https://other.example.com");

  private final Map<String, FixtureGrant> grants = new LinkedHashMap<>();
  private final Map<CredentialName, byte[]> values = new HashMap<>();
  final Map<String, byte[]> captured = new LinkedHashMap<>();
  boolean captureFails = false;
  private RedactionSet compiled = RedactionSet.EMPTY;
  private int compiledValues = 0;

  final AgentSession session =
      new AgentSession() {
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
          return TrustLevel.SAME_USER;
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
      };

  private record FixtureGrant(GrantId id, CredentialName credential, List<NetworkBinding> bindings)
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
      return true;
    }

    @Override
    public AutoCloseable onEnd(Runnable action) {
      return () -> {};
    }
  }

  /// A token of a fixed text per number.
  static String token(int number) {
    String digits = "%04d".formatted(number);
    return "kmt_" + ("aB3dE6gH9jK2mN5pQ8sT1vW4yZ7bC0eF" + digits + digits).substring(0, 40);
  }

  /// A grant of a credential; returns its token.
  String grant(String name, String value, NetworkBinding... bindings) {
    String token = token(grants.size() + 1);
    CredentialName credential = new CredentialName(name);
    GrantId id = new GrantId("g_%016d".formatted(grants.size() + 1));
    grants.put(token, new FixtureGrant(id, credential, List.of(bindings)));
    values.put(credential, value.getBytes(StandardCharsets.ISO_8859_1));
    return token;
  }

  static NetworkBinding on(String surface) {
    return on(surface, 1, new Injection.ReplaceToken());
  }

  static NetworkBinding on(String surface, int maxOccurrences, Injection injection) {
    return new NetworkBinding(
        API,
        Set.of(),
        List.of(),
        Surface.parse(surface),
        injection,
        maxOccurrences,
        List.of(),
        List.of());
  }

  /// A request as the engine would have parsed it.
  static RequestHead request(String method, String target, String... fields) {
    HeaderFields parsed = new HeaderFields();
    boolean hasBody = false;
    for (String field : fields) {
      int colon = field.indexOf(": ");
      String name = field.substring(0, colon);
      parsed.add(name, field.substring(colon + 2));
      hasBody |= name.equalsIgnoreCase("content-type");
    }
    byte[] raw = target.getBytes(StandardCharsets.ISO_8859_1);
    CanonicalTarget canonical = CanonicalTarget.of(raw, 0, raw.length);
    return new RequestHead(
        method,
        canonical.path(),
        canonical.query(),
        parsed,
        hasBody ? Framing.CHUNKED : Framing.NONE);
  }

  /// What the upstream gets: head and body, as text.
  record Sent(String head, String body) {}

  Sent send(RequestHead head) {
    return send(head, "");
  }

  Sent send(RequestHead head, String body) {
    return send(head, body.getBytes(StandardCharsets.ISO_8859_1), Integer.MAX_VALUE);
  }

  /// The engine's part: plan, read or stream the body in pieces, redeem, apply, write.
  Sent send(RequestHead head, byte[] body, int pieceSize) {
    Substitution plan = new SubstitutionPlanner(this, Protection.FULL).plan(head, session, API);
    ByteBuf whole = Unpooled.EMPTY_BUFFER;
    if (plan.needsBody()) {
      whole = Unpooled.copiedBuffer(body);
      plan.body(whole);
    }
    List<SecretLease> leases = new ArrayList<>();
    for (Substitution.Use use : plan.uses()) {
      leases.add(new FixtureLease(use.grant().credential()));
    }
    ByteBuf out = Unpooled.buffer();
    ByteBuf sentBody = Unpooled.buffer();
    if (plan.uses().isEmpty()) {
      sentBody.writeBytes(whole);
    } else {
      sentBody.writeBytes(plan.apply(head, whole, leases));
    }
    head.writeTo(out);
    head.wipe();
    if (!plan.needsBody()) {
      Substitution.BodyScanner scanner = plan.scanner();
      for (int i = 0; i < body.length; i += Math.min(pieceSize, body.length - i)) {
        int size = Math.min(pieceSize, body.length - i);
        sentBody.writeBytes(scanner.piece(Unpooled.copiedBuffer(body, i, size)));
      }
      sentBody.writeBytes(scanner.finish());
      scanner.close();
    }
    return new Sent(
        out.toString(StandardCharsets.ISO_8859_1), sentBody.toString(StandardCharsets.ISO_8859_1));
  }

  /// The code with which a request is refused, or null.
  @Nullable ErrorCode refusal(RequestHead head, String body) {
    try {
      send(head, body);
      return null;
    } catch (RefusedException refused) {
      return refused.problem().code();
    }
  }

  private final class FixtureLease implements SecretLease {
    private final CredentialName credential;

    FixtureLease(CredentialName credential) {
      this.credential = credential;
    }

    @Override
    public CredentialName credential() {
      return credential;
    }

    @Override
    public String operation() {
      return "0000000000000001";
    }

    @Override
    public void reveal(SecretSink sink) {
      byte[] copy = values.getOrDefault(credential, new byte[0]).clone();
      sink.accept(copy, 0, copy.length);
      java.util.Arrays.fill(copy, (byte) 0);
    }

    @Override
    public void outcome(String result, String code) {}

    @Override
    public void close() {}
  }

  LiveGrant liveGrant(String token) {
    return grant(session, token);
  }

  @Override
  public AgentSession authenticate(String agentToken) {
    return session;
  }

  @Override
  public LiveGrant grant(AgentSession asking, String brokerToken) {
    LiveGrant grant = grants.get(brokerToken);
    if (grant == null) {
      throw RefusedException.of(ErrorCode.TOKEN_UNKNOWN, "no such token", "");
    }
    return grant;
  }

  @Override
  public List<LiveGrant> injected(AgentSession asking, Destination destination) {
    return bound(asking, destination).stream()
        .filter(grant ->
            grant.networkBindings().stream()
                .anyMatch(binding -> binding.injection() instanceof Injection.Always))
        .toList();
  }

  @Override
  public List<LiveGrant> bound(AgentSession asking, Destination destination) {
    return grants.values().stream()
        .filter(grant ->
            grant.bindings.stream().anyMatch(binding -> binding.destination().equals(destination)))
        .map(LiveGrant.class::cast)
        .toList();
  }

  @Override
  public EgressDecision egress(AgentSession asking, Destination destination) {
    return EgressDecision.INTERCEPT;
  }

  @Override
  public void redeem(AgentSession asking, LiveGrant grant, ObservedUse use, Callback callback) {
    callback.granted(new FixtureLease(grant.credential()));
  }

  void forgetValues() {
    values.clear();
  }

  @Override
  public CompletionStage<RedactionSet> redactions(AgentSession asking) {
    if (compiledValues != values.size()) {
      Map<String, List<SecretBytes>> byLabel = new HashMap<>();
      values.forEach((name, value) ->
          byLabel.put(name.value(), List.of(SecretBytes.copyOf(name.value(), value))));
      compiled = RedactionSet.compile(byLabel);
      compiledValues = values.size();
    }
    return CompletableFuture.completedFuture(compiled);
  }

  @Override
  public CompletionStage<String> capture(
      AgentSession asking, LiveGrant parent, String field, SecretBytes value) {
    if (captureFails) {
      return CompletableFuture.failedFuture(
          RefusedException.of(ErrorCode.STORE_UNAVAILABLE, "the store does not answer", ""));
    }
    String token = token(100 + captured.size());
    value.reveal(
        io.keymantle.secret.SecretAccess.insecureMint(),
        (bytes, offset, length) ->
            captured.put(field, java.util.Arrays.copyOfRange(bytes, offset, offset + length)));
    value.close();
    return CompletableFuture.completedFuture(token);
  }

  @Override
  public void record(LedgerEvent event) {}
}
