package io.keymantle.testkit;

import static io.keymantle.testkit.Samples.GITHUB;
import static io.keymantle.testkit.Samples.MAIN;
import static io.keymantle.testkit.Samples.OTHER;
import static io.keymantle.testkit.TestBroker.OWNER;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.keymantle.control.CredentialCodec;
import io.keymantle.control.GrantSelector;
import io.keymantle.control.IssuedGrant;
import io.keymantle.control.StartedRun;
import io.keymantle.domain.EgressPolicy;
import io.keymantle.domain.ErrorCode;
import io.keymantle.domain.LedgerEvent;
import io.keymantle.domain.LedgerEvent.Kind;
import io.keymantle.domain.LedgerEvent.Phase;
import io.keymantle.domain.Problem;
import io.keymantle.domain.RefusedException;
import io.keymantle.domain.TrustLevel;
import io.keymantle.redeem.AgentSession;
import io.keymantle.redeem.LiveGrant;
import io.keymantle.redeem.ObservedUse;
import io.keymantle.redeem.Redeemer;
import io.keymantle.secret.SecretLease;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What a redemption guarantees: ledger first, once per use, never after the end.
class RedemptionTest {
  private static final String CANARY = "canary-value-0123456789";
  private static final ObservedUse USE =
      ObservedUse.unasked("https://api.github.com", "GET", "/user", "header:authorization");

  @TempDir private Path directory;
  private TestBroker broker;
  private String agentToken;

  @BeforeEach
  void open() {
    broker = TestBroker.create(directory);
    agentToken = broker.control().agents().add(OWNER, MAIN, EgressPolicy.DEFAULT).token();
    add("{allowedAgents: ['main'], bindings: [{destination: 'https://api.github.com'}]}");
  }

  @AfterEach
  void close() {
    broker.close();
  }

  private void add(String json) {
    broker
        .control()
        .catalogue()
        .add(OWNER, CredentialCodec.read(GITHUB, json), broker.seal(GITHUB, CANARY));
  }

  private void change(String json) {
    broker.control().catalogue().set(OWNER, CredentialCodec.read(GITHUB, json));
  }

  private AgentSession session() {
    return broker.redeemer().authenticate(agentToken);
  }

  private LiveGrant live(IssuedGrant issued) {
    return broker.redeemer().grant(session(), issued.token().value());
  }

  private LiveGrant grant() {
    return live(broker.request(agentToken, GITHUB));
  }

  private CompletableFuture<SecretLease> begin(LiveGrant grant) {
    CompletableFuture<SecretLease> lease = new CompletableFuture<>();
    broker
        .redeemer()
        .redeem(
            session(),
            grant,
            USE,
            new Redeemer.Callback() {
              @Override
              public void granted(SecretLease granted) {
                lease.complete(granted);
              }

              @Override
              public void refused(Problem problem) {
                lease.completeExceptionally(new RefusedException(problem));
              }
            });
    return lease;
  }

  private SecretLease redeem(LiveGrant grant) {
    try {
      return begin(grant).get(10, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      throw refusalOf(e);
    } catch (InterruptedException | TimeoutException e) {
      throw new AssertionError(e);
    }
  }

  private static RefusedException refusalOf(ExecutionException failure) {
    if (failure.getCause() instanceof RefusedException refusal) {
      return refusal;
    }
    throw new AssertionError(failure);
  }

  private static String reveal(SecretLease lease) {
    StringBuilder text = new StringBuilder();
    lease.reveal((bytes, offset, length) ->
        text.append(new String(bytes, offset, length, StandardCharsets.UTF_8)));
    return text.toString();
  }

  private static ErrorCode refusal(Runnable work) {
    return catchThrowableOfType(RefusedException.class, work::run).problem().code();
  }

  @Test
  void redemption_ofALiveGrant_revealsTheValueAfterItsRecordAndRecordsTheOutcome() {
    SecretLease lease = redeem(grant());

    assertThat(broker.ledger().events(Kind.REDEMPTION, Phase.INTENT))
        .singleElement()
        .satisfies(event -> {
          assertThat(event.actor()).isEqualTo("agent:main");
          assertThat(event.destination()).isEqualTo("https://api.github.com");
          assertThat(event.operation()).isEqualTo(lease.operation()).hasSize(16);
        });
    assertThat(reveal(lease)).isEqualTo(CANARY);
    lease.outcome("ok", "200");
    lease.outcome("failed", "500");
    lease.close();
    assertThat(broker.ledger().events(Kind.REDEMPTION, Phase.OUTCOME))
        .singleElement()
        .extracting(LedgerEvent::result, LedgerEvent::code)
        .containsExactly("ok", "200");
    assertThatThrownBy(() -> reveal(lease)).isInstanceOf(RefusedException.class);
  }

  @Test
  void lease_closedWithoutOutcome_isRecordedAsUnknown() {
    redeem(grant()).close();

    assertThat(broker.ledger().events(Kind.REDEMPTION, Phase.OUTCOME))
        .singleElement()
        .extracting(LedgerEvent::result)
        .isEqualTo("unknown");
  }

  @Test
  void redemption_whenTheLedgerFails_revealsNothingAndSaysSo() {
    LiveGrant grant = grant();
    redeem(grant).close();
    broker.ledger().failingFor(event -> event.kind() == Kind.REDEMPTION);

    assertThat(refusal(() -> redeem(grant))).isEqualTo(ErrorCode.LEDGER_UNAVAILABLE);
  }

  @Test
  void redemption_beforeItsRecordIsDurable_isNotLent() {
    LiveGrant grant = grant();
    redeem(grant).close();
    broker.ledger().holding();

    CompletableFuture<SecretLease> lease = begin(grant);
    assertThat(lease).isNotDone();
    broker.ledger().release();
    assertThat(reveal(lease.join())).isEqualTo(CANARY);
  }

  @Test
  void revocation_whileTheRecordIsWritten_refusesTheRedemption() {
    LiveGrant grant = grant();
    redeem(grant).close();
    broker.ledger().holding();
    CompletableFuture<SecretLease> lease = begin(grant);

    broker.control().grants().revoke(OWNER, new GrantSelector.All());
    broker.ledger().release();

    assertThat(lease).isCompletedExceptionally();
    assertThat(broker.ledger().events(Kind.REDEMPTION, Phase.OUTCOME).getLast().code())
        .isEqualTo("grant_revoked");
  }

  @Test
  void lease_afterRevocation_revealsNothing() {
    LiveGrant grant = grant();
    SecretLease lease = redeem(grant);
    AtomicInteger told = new AtomicInteger();
    grant.onEnd(told::incrementAndGet);

    assertThat(broker.control().grants().revoke(OWNER, new GrantSelector.ById(grant.id())))
        .isEqualTo(1);

    assertThat(refusal(() -> reveal(lease))).isEqualTo(ErrorCode.GRANT_REVOKED);
    assertThat(grant.isLive()).isFalse();
    assertThat(told).hasValue(1);
    assertThat(refusal(() -> redeem(grant))).isEqualTo(ErrorCode.GRANT_REVOKED);
  }

  @Test
  void revocation_whenLedgerAndStoreFail_stillEndsTheGrantInMemory() {
    LiveGrant grant = grant();
    SecretLease lease = redeem(grant);
    broker.ledger().failingFor(_ -> true);
    broker.memory().failing(true);

    assertThat(refusal(() -> broker.control().grants().revoke(OWNER, new GrantSelector.All())))
        .isEqualTo(ErrorCode.LEDGER_UNAVAILABLE);
    assertThat(refusal(() -> reveal(lease))).isEqualTo(ErrorCode.GRANT_REVOKED);
  }

  @Test
  void reveals_racingARevocation_endBeforeItReturns() throws Exception {
    for (int round = 0; round < 50; round++) {
      LiveGrant grant = grant();
      SecretLease lease = redeem(grant);
      AtomicBoolean returned = new AtomicBoolean();
      AtomicInteger late = new AtomicInteger();
      CountDownLatch started = new CountDownLatch(4);
      List<Thread> threads = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        threads.add(
            Thread.startVirtualThread(() -> {
              started.countDown();
              try {
                while (true) {
                  lease.reveal((_, _, _) -> {
                    if (returned.get()) {
                      late.incrementAndGet();
                    }
                  });
                }
              } catch (RefusedException e) {
                assertThat(e.problem().code()).isEqualTo(ErrorCode.GRANT_REVOKED);
              }
            }));
      }
      started.await();
      broker.control().grants().revoke(OWNER, new GrantSelector.ById(grant.id()));
      returned.set(true);
      for (Thread thread : threads) {
        thread.join();
      }
      assertThat(late).hasValue(0);
    }
  }

  @Test
  void grantForOneUse_redeemedByFiftyAtOnce_isLentOnce() {
    change(
        "{allowedAgents: ['main'], uses: 1, bindings: [{destination: 'https://api.github.com'}]}");
    LiveGrant grant = grant();
    List<CompletableFuture<SecretLease>> tries = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      tries.add(begin(grant));
    }

    int lent = 0;
    for (CompletableFuture<SecretLease> each : tries) {
      try {
        assertThat(reveal(each.get(10, TimeUnit.SECONDS))).isEqualTo(CANARY);
        lent++;
      } catch (ExecutionException e) {
        assertThat(refusalOf(e).problem().code()).isEqualTo(ErrorCode.GRANT_USED_UP);
      } catch (InterruptedException | TimeoutException e) {
        throw new AssertionError(e);
      }
    }

    assertThat(lent).isEqualTo(1);
    assertThat(broker.ledger().events(Kind.REDEMPTION, Phase.INTENT)).hasSize(1);
    assertThat(refusal(this::grantAgainWithSameToken)).isEqualTo(ErrorCode.GRANT_USED_UP);
  }

  private void grantAgainWithSameToken() {
    IssuedGrant issued = broker.request(agentToken, GITHUB);
    redeem(live(issued)).close();
    live(issued);
  }

  @Test
  void grant_afterItsTime_isExpired() {
    IssuedGrant issued = broker.request(agentToken, GITHUB);
    LiveGrant grant = live(issued);
    SecretLease lease = redeem(grant);
    AtomicInteger told = new AtomicInteger();
    grant.onEnd(told::incrementAndGet);

    broker.clock().advance(Duration.ofHours(1));

    assertThat(refusal(() -> reveal(lease))).isEqualTo(ErrorCode.GRANT_EXPIRED);
    assertThat(refusal(() -> live(issued))).isEqualTo(ErrorCode.GRANT_EXPIRED);
    broker.control().sweep();
    assertThat(told).hasValue(1);
  }

  @Test
  void token_ofAnotherAgent_isRefused() {
    String other = broker.control().agents().add(OWNER, OTHER, EgressPolicy.DEFAULT).token();
    IssuedGrant issued = broker.request(agentToken, GITHUB);
    AgentSession others = broker.redeemer().authenticate(other);

    assertThat(refusal(() -> broker.redeemer().grant(others, issued.token().value())))
        .isEqualTo(ErrorCode.TOKEN_OF_OTHER_AGENT);
  }

  @Test
  void sessions_endWithTheirAgent() {
    AgentSession session = session();
    LiveGrant grant = grant();
    AtomicInteger told = new AtomicInteger();
    session.onEnd(told::incrementAndGet);

    broker.control().agents().revoke(OWNER, MAIN);

    assertThat(session.isLive()).isFalse();
    assertThat(grant.isLive()).isFalse();
    assertThat(told).hasValue(1);
    assertThat(refusal(this::session)).isEqualTo(ErrorCode.AGENT_REVOKED);
    session.onEnd(told::incrementAndGet);
    assertThat(told).hasValue(2);
  }

  @Test
  void run_endsWithItsTokenAndGrants() {
    StartedRun run =
        broker.control().runs().start(OWNER, MAIN, TrustLevel.ISOLATED, List.of(GITHUB), "to work");
    AgentSession session = broker.redeemer().authenticate(run.token());
    assertThat(session.trust()).isEqualTo(TrustLevel.ISOLATED);
    LiveGrant grant = broker.redeemer().grant(session, run.grants().getFirst().token().value());

    broker.control().runs().end(OWNER, run.run().id());

    assertThat(session.isLive()).isFalse();
    assertThat(grant.isLive()).isFalse();
    assertThat(refusal(() -> broker.redeemer().authenticate(run.token())))
        .isEqualTo(ErrorCode.UNAUTHENTICATED);
  }

  @Test
  void rotation_givesRunningGrantsTheNewValue() {
    LiveGrant grant = grant();
    redeem(grant).close();

    broker
        .control()
        .catalogue()
        .rotate(OWNER, GITHUB, broker.seal(GITHUB, "rotated-value-0123456789"));

    assertThat(reveal(redeem(grant))).isEqualTo("rotated-value-0123456789");
  }

  @Test
  void unboundCredential_isGrantedButNeverRedeemed() {
    change("{allowedAgents: ['main']}");
    LiveGrant grant = grant();

    assertThat(refusal(() -> redeem(grant))).isEqualTo(ErrorCode.CREDENTIAL_UNBOUND);
    assertThat(broker.ledger().events(Kind.REDEMPTION, Phase.INTENT)).isEmpty();
  }

  @Test
  void source_isReadOncePerGrant() {
    broker.source().put("one", CANARY);
    change(
        "{allowedAgents: ['main'], source: 'fake:one',"
            + " bindings: [{destination: 'https://api.github.com'}]}");
    LiveGrant grant = grant();

    assertThat(reveal(redeem(grant))).isEqualTo(CANARY);
    assertThat(reveal(redeem(grant))).isEqualTo(CANARY);
    assertThat(broker.source().reads()).isEqualTo(1);
    assertThat(reveal(redeem(grant()))).isEqualTo(CANARY);
    assertThat(broker.source().reads()).isEqualTo(2);
  }

  @Test
  void shortValue_ofASource_isNotInjectedAlways() {
    broker.source().put("one", "1234567");
    change(
        "{allowedAgents: ['main'], source: 'fake:one',"
            + " bindings: [{destination: 'https://api.github.com', inject: 'always'}]}");

    assertThat(refusal(() -> redeem(grant()))).isEqualTo(ErrorCode.VALUE_UNUSABLE);
  }

  @Test
  void ledgerAndProblems_holdNoValueAndNoToken() {
    IssuedGrant issued = broker.request(agentToken, GITHUB);
    SecretLease lease = redeem(live(issued));
    lease.outcome("ok", "200");
    broker.control().grants().revoke(OWNER, new GrantSelector.All());

    String everything =
        broker.ledger().events() + " " + lease + " " + issued.token() + " " + listed();
    assertThat(everything).doesNotContain(CANARY).doesNotContain("kmt_").doesNotContain("kma_");
  }

  private String listed() {
    return broker.control().grants().list() + " " + broker.control().agents().list();
  }

  @Test
  void restartedBroker_knowsLiveGrantsAndOldTokens() {
    IssuedGrant issued = broker.request(agentToken, GITHUB);
    IssuedGrant revoked = broker.request(agentToken, GITHUB);
    broker.control().grants().revoke(OWNER, new GrantSelector.ById(revoked.grant().id()));

    broker = broker.restart();

    assertThat(reveal(redeem(live(issued)))).isEqualTo(CANARY);
    assertThat(refusal(() -> live(revoked))).isEqualTo(ErrorCode.GRANT_REVOKED);
  }

  @Test
  void restartedBroker_answersTheTokenOfARemovedCredentialAsRevoked() {
    IssuedGrant issued = broker.request(agentToken, GITHUB);
    broker.control().catalogue().remove(OWNER, GITHUB);

    broker = broker.restart();

    assertThat(refusal(() -> live(issued))).isEqualTo(ErrorCode.GRANT_REVOKED);
  }

  @Test
  void bumpedEpoch_leavesEveryTokenDead() {
    IssuedGrant issued = broker.request(agentToken, GITHUB);
    broker.stores().settings().bumpEpoch(broker.clock().instant());

    broker = broker.restart();

    assertThat(refusal(() -> live(issued))).isEqualTo(ErrorCode.GRANT_REVOKED);
  }
}
