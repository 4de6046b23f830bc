package io.keymantle.testkit;

import static io.keymantle.testkit.Samples.GITHUB;
import static io.keymantle.testkit.Samples.MAIN;
import static io.keymantle.testkit.TestBroker.OWNER;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.keymantle.control.CredentialCodec;
import io.keymantle.control.GrantSelector;
import io.keymantle.control.IssuedGrant;
import io.keymantle.control.StartedRun;
import io.keymantle.domain.CredentialName;
import io.keymantle.domain.Destination;
import io.keymantle.domain.EgressPolicy;
import io.keymantle.domain.Problem;
import io.keymantle.domain.RefusedException;
import io.keymantle.domain.TrustLevel;
import io.keymantle.redaction.RedactionSet;
import io.keymantle.redaction.Redactor;
import io.keymantle.redeem.AgentSession;
import io.keymantle.redeem.LiveGrant;
import io.keymantle.redeem.ObservedUse;
import io.keymantle.redeem.Redeemer;
import io.keymantle.redeem.Redeemer.EgressDecision;
import io.keymantle.secret.SecretBytes;
import io.keymantle.secret.SecretLease;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What boundaries are told beside leases: redaction, injection, egress, capture.
class BoundaryAnswersTest {
  private static final String CANARY = "canary-value-0123456789";
  private static final Destination API = Destination.parse("https://api.github.com");
  private static final Destination ELSEWHERE = Destination.parse("https://example.org");

  @TempDir private Path directory;
  private TestBroker broker;
  private String agentToken;

  @BeforeEach
  void open() {
    broker = TestBroker.create(directory);
    agentToken = broker.control().agents().add(OWNER, MAIN, EgressPolicy.DEFAULT).token();
    add(GITHUB, "bindings: [{destination: 'https://api.github.com'}]", CANARY);
  }

  @AfterEach
  void close() {
    broker.close();
  }

  private void add(CredentialName name, String fields, String value) {
    broker
        .control()
        .catalogue()
        .add(
            OWNER,
            CredentialCodec.read(name, "{allowedAgents: ['main'], " + fields + "}"),
            broker.seal(name, value));
  }

  private AgentSession session() {
    return broker.redeemer().authenticate(agentToken);
  }

  private LiveGrant grant() {
    IssuedGrant issued = broker.request(agentToken, GITHUB);
    return broker.redeemer().grant(session(), issued.token().value());
  }

  private String redacted(String reply) {
    RedactionSet set = broker.redeemer().redactions(session()).toCompletableFuture().join();
    Redactor redactor = set.newRedactor();
    ByteArrayOutputStream seen = new ByteArrayOutputStream();
    Redactor.Sink sink =
        (bytes, _) -> {
          byte[] copy = new byte[bytes.remaining()];
          bytes.get(copy);
          seen.writeBytes(copy);
        };
    redactor.update(ByteBuffer.wrap(reply.getBytes(StandardCharsets.UTF_8)), sink);
    redactor.finish(sink);
    return seen.toString(StandardCharsets.UTF_8);
  }

  @Test
  void redactions_coverLiveGrantsWithoutAnyUse() {
    assertThat(redacted("it is " + CANARY)).isEqualTo("it is " + CANARY);
    grant();
    assertThat(redacted("it is " + CANARY)).isEqualTo("it is [redacted:github-api]");
  }

  @Test
  void redactions_unchanged_areTheSameAndReady() {
    grant();
    broker.redeemer().redactions(session()).toCompletableFuture().join();
    CompletionStage<RedactionSet> again = broker.redeemer().redactions(session());
    assertThat(again.toCompletableFuture()).isCompleted();
    assertThat(broker.redeemer().redactions(session())).isSameAs(again);
  }

  @Test
  void redactions_afterRotation_coverOldAndNewValueUntilTheGrantsEnd() {
    LiveGrant grant = grant();
    String next = "rotated-value-0123456789";
    broker.control().catalogue().rotate(OWNER, GITHUB, broker.seal(GITHUB, next));

    assertThat(redacted(CANARY + " " + next))
        .isEqualTo("[redacted:github-api] [redacted:github-api]");
    broker = broker.restart();
    assertThat(redacted(CANARY + " " + next))
        .isEqualTo("[redacted:github-api] [redacted:github-api]");

    broker.control().grants().revoke(OWNER, new GrantSelector.ById(grant.id()));
    broker.clock().advance(Duration.ofSeconds(1));
    grant();
    broker.control().sweep();
    assertThat(broker.stores().values().values(GITHUB)).containsOnlyKeys(2L);
    assertThat(redacted(next)).isEqualTo("[redacted:github-api]");
  }

  private void use(LiveGrant grant) throws Exception {
    CompletableFuture<Boolean> used = new CompletableFuture<>();
    broker
        .redeemer()
        .redeem(
            session(),
            grant,
            ObservedUse.unasked("https://api.github.com", "GET", "/", "header:authorization"),
            new Redeemer.Callback() {
              @Override
              public void granted(SecretLease lease) {
                lease.close();
                used.complete(true);
              }

              @Override
              public void refused(Problem problem) {
                used.completeExceptionally(new RefusedException(problem));
              }
            });
    assertThat(used.get(30, TimeUnit.SECONDS)).isTrue();
  }

  private void moveToASource() {
    broker
        .control()
        .catalogue()
        .set(
            OWNER,
            CredentialCodec.read(
                GITHUB,
                "{allowedAgents: ['main'], source: 'fake:one',"
                    + " bindings: [{destination: 'https://api.github.com'}]}"));
  }

  @Test
  void redactions_coverAValueOfASource_thatWasNeverUsed() {
    moveToASource();
    broker.source().put("one", CANARY);
    grant();

    assertThat(redacted(CANARY)).isEqualTo("[redacted:github-api]");
  }

  @Test
  void redactions_whileASourceHangs_waitForItOnce_andCoverItsValueWhenItIsRead() {
    moveToASource();
    broker.source().put("one", CANARY);
    broker.source().hold();
    grant();
    long begun = System.nanoTime();
    assertThat(redacted("else")).isEqualTo("else");
    assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(8));
    assertThat(broker.redeemer().redactions(session()).toCompletableFuture()).isCompleted();

    broker.source().letGo();

    await().untilAsserted(() -> assertThat(redacted(CANARY)).isEqualTo("[redacted:github-api]"));
  }

  @Test
  void redactions_whenASourceFails_coverTheOthers_andItsValueFromItsFirstUseOn() throws Exception {
    moveToASource();
    add(new CredentialName("stored"), "", "stored-value-0123456789");
    broker.request(agentToken, new CredentialName("stored"));
    LiveGrant grant = grant();
    assertThat(redacted(CANARY + " stored-value-0123456789"))
        .isEqualTo(CANARY + " [redacted:stored]");

    broker.source().put("one", CANARY);
    use(grant);

    assertThat(redacted(CANARY)).isEqualTo("[redacted:github-api]");
  }

  @Test
  void injected_givesLiveGrantsWithSuchABindingOfTheSameRunOnly() {
    CredentialName always = new CredentialName("always");
    add(always, "bindings: [{destination: 'https://api.github.com', inject: 'always'}]", CANARY);
    grant();
    assertThat(broker.redeemer().injected(session(), API)).isEmpty();
    assertThat(broker.redeemer().bound(session(), API)).hasSize(1);

    StartedRun one =
        broker.control().runs().start(OWNER, MAIN, TrustLevel.ISOLATED, List.of(always), "");
    StartedRun two = broker.control().runs().start(OWNER, MAIN, TrustLevel.ISOLATED, List.of(), "");

    AgentSession first = broker.redeemer().authenticate(one.token());
    AgentSession second = broker.redeemer().authenticate(two.token());
    assertThat(broker.redeemer().injected(first, API)).hasSize(1);
    assertThat(broker.redeemer().injected(first, ELSEWHERE)).isEmpty();
    assertThat(broker.redeemer().injected(second, API)).isEmpty();
    assertThat(broker.redeemer().injected(session(), API)).isEmpty();
    assertThat(broker.redeemer().bound(first, API)).hasSize(2);

    broker.control().grants().revoke(OWNER, new GrantSelector.ByCredential(always));
    assertThat(broker.redeemer().injected(first, API)).isEmpty();
  }

  @Test
  void egress_followsThePolicyAndTheCredentialsOfTheAgent() {
    Destination tunnel = Destination.parse("https://tunnel.example.org");
    assertThat(broker.redeemer().egress(session(), API)).isEqualTo(EgressDecision.INTERCEPT);
    assertThat(broker.redeemer().egress(session(), ELSEWHERE)).isEqualTo(EgressDecision.REFUSE);

    for (EgressPolicy.Mode mode : EgressPolicy.Mode.values()) {
      EgressPolicy policy = new EgressPolicy(mode, Set.of(ELSEWHERE), Set.of(tunnel));
      broker.control().agents().revoke(OWNER, MAIN);
      agentToken = broker.control().agents().add(OWNER, MAIN, policy).token();
      Destination unknown = Destination.parse("https://unknown.example.org");
      assertThat(
              List.of(API, ELSEWHERE, tunnel, unknown).stream()
                  .map(each -> broker.redeemer().egress(session(), each)))
          .containsExactlyElementsOf(
              switch (mode) {
                case DENY ->
                    List.of(
                        EgressDecision.REFUSE,
                        EgressDecision.REFUSE,
                        EgressDecision.REFUSE,
                        EgressDecision.REFUSE);
                case ALLOW_LISTED ->
                    List.of(
                        EgressDecision.INTERCEPT,
                        EgressDecision.INTERCEPT,
                        EgressDecision.TUNNEL,
                        EgressDecision.REFUSE);
                case OPEN ->
                    List.of(
                        EgressDecision.INTERCEPT,
                        EgressDecision.INTERCEPT,
                        EgressDecision.TUNNEL,
                        EgressDecision.INTERCEPT);
              });
    }
  }

  @Test
  void egress_afterTheCredentialIsTakenFromTheAgent_isRefused() {
    assertThat(broker.redeemer().egress(session(), API)).isEqualTo(EgressDecision.INTERCEPT);
    LiveGrant grant = grant();

    broker
        .control()
        .catalogue()
        .set(OWNER, CredentialCodec.read(GITHUB, "{allowedAgents: ['other']}"));

    assertThat(broker.redeemer().egress(session(), API)).isEqualTo(EgressDecision.REFUSE);
    assertThat(grant.isLive()).isFalse();
  }

  @Test
  void captured_secretBecomesACredentialOfTheAgentAndIsRedacted() {
    LiveGrant parent = grant();
    String granted = "granted-by-the-token-endpoint";

    String token = capture(parent, granted);

    LiveGrant derived = broker.redeemer().grant(session(), token);
    assertThat(derived.credential()).hasToString("github-api.captured-1");
    assertThat(derived.networkBindings()).extracting(each -> each.destination()).contains(API);
    assertThat(redacted(granted)).isEqualTo("[redacted:github-api.captured-1]");
    assertThat(broker.restart().control().catalogue().list()).hasSize(2);
  }

  @Test
  void captures_areBoundedPerParent() {
    LiveGrant parent = grant();
    String first = capture(parent, "granted-secret-0");
    for (int i = 1; i <= 16; i++) {
      capture(parent, "granted-secret-" + i);
    }

    assertThat(broker.control().catalogue().list()).hasSize(17);
    assertThatThrownBy(() -> broker.redeemer().grant(session(), first))
        .isInstanceOf(RefusedException.class);
  }

  @Test
  void capture_afterTheParentEnded_isRefused() {
    LiveGrant parent = grant();
    broker.control().grants().revoke(OWNER, new GrantSelector.All());

    assertThatThrownBy(() -> capture(parent, "granted-secret"))
        .hasCauseInstanceOf(RefusedException.class);
    assertThat(broker.control().catalogue().list()).hasSize(1);
  }

  private String capture(LiveGrant parent, String value) {
    return broker
        .redeemer()
        .capture(
            session(),
            parent,
            "/access_token",
            SecretBytes.copyOf("captured", value.getBytes(StandardCharsets.UTF_8)))
        .toCompletableFuture()
        .join();
  }
}
