package io.keymantle.testkit;

import static io.keymantle.testkit.Samples.GITHUB;
import static io.keymantle.testkit.Samples.MAIN;
import static io.keymantle.testkit.TestBroker.OWNER;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.keymantle.control.CredentialCodec;
import io.keymantle.domain.EgressPolicy;
import io.keymantle.domain.ErrorCode;
import io.keymantle.domain.LedgerEvent;
import io.keymantle.domain.Problem;
import io.keymantle.domain.RefusedException;
import io.keymantle.redeem.AgentSession;
import io.keymantle.redeem.LiveGrant;
import io.keymantle.redeem.ObservedUse;
import io.keymantle.redeem.Redeemer;
import io.keymantle.secret.SecretLease;
import io.keymantle.source.spi.SourceException.Reason;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What holds for every source outside the home: how often it is asked, and what its trouble does.
class SourceReadingTest {
  private static final ObservedUse USE =
      ObservedUse.unasked("https://api.github.com", "GET", "/", "header:authorization");

  @TempDir private Path directory;
  private TestBroker broker;
  private String agentToken;

  @BeforeEach
  void open() {
    broker = TestBroker.create(directory);
    agentToken = broker.control().agents().add(OWNER, MAIN, EgressPolicy.DEFAULT).token();
    broker
        .control()
        .catalogue()
        .add(
            OWNER,
            CredentialCodec.read(
                GITHUB,
                "{allowedAgents: ['main'], source: 'fake:item',"
                    + " bindings: [{destination: 'https://api.github.com'}]}"));
    source().put("item", "a-value-01234567");
  }

  @AfterEach
  void close() {
    broker.close();
  }

  private FakeSource source() {
    return broker.source();
  }

  private AgentSession session() {
    return broker.redeemer().authenticate(agentToken);
  }

  private LiveGrant grant() {
    return broker.redeemer().grant(session(), broker.request(agentToken, GITHUB).token().value());
  }

  private CompletableFuture<SecretLease> redeem(LiveGrant grant) {
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

  private static String lent(CompletableFuture<SecretLease> lease) throws Exception {
    StringBuilder text = new StringBuilder();
    try (SecretLease granted = lease.get(30, TimeUnit.SECONDS)) {
      granted.reveal((bytes, offset, length) ->
          text.append(new String(bytes, offset, length, StandardCharsets.UTF_8)));
    }
    return text.toString();
  }

  private static ErrorCode refusal(CompletableFuture<SecretLease> lease) throws Exception {
    try {
      lease.get(30, TimeUnit.SECONDS).close();
      throw new AssertionError("it was lent");
    } catch (ExecutionException e) {
      return ((RefusedException) e.getCause()).problem().code();
    }
  }

  @Test
  void value_isReadOnceWithinItsGrant_andOnceMoreForTheNext() throws Exception {
    LiveGrant grant = grant();

    for (int i = 0; i < 10; i++) {
      assertThat(lent(redeem(grant))).isEqualTo("a-value-01234567");
    }
    assertThat(source().reads()).isEqualTo(1);

    lent(redeem(grant()));
    assertThat(source().reads()).isEqualTo(2);
  }

  @Test
  void sameValue_wantedByFiftyGrantsAtOnce_isReadOnce() throws Exception {
    List<LiveGrant> grants = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      grants.add(grant());
    }
    source().hold();
    List<CompletableFuture<SecretLease>> leases = grants.stream().map(this::redeem).toList();
    await().until(() -> source().waiting() == 1);

    source().letGo();

    for (CompletableFuture<SecretLease> lease : leases) {
      assertThat(lent(lease)).isEqualTo("a-value-01234567");
    }
    // Who came after the first read had landed reads once more, together.
    assertThat(source().reads()).isLessThan(10);
  }

  @Test
  void valueThatMayBeKeptForAMinute_isReadAnewAfterIt_andItsVersionIsInTheLedger()
      throws Exception {
    source().keepFor("item", "v1", Duration.ofMinutes(1));
    LiveGrant grant = grant();
    lent(redeem(grant));
    broker.clock().advance(Duration.ofSeconds(59));
    lent(redeem(grant));
    assertThat(source().reads()).isEqualTo(1);

    source().put("item", "b-value-01234567");
    source().keepFor("item", "v2", Duration.ofMinutes(1));
    broker.clock().advance(Duration.ofSeconds(1));

    assertThat(lent(redeem(grant))).isEqualTo("b-value-01234567");
    assertThat(source().reads()).isEqualTo(2);
    assertThat(
            broker.ledger().events(LedgerEvent.Kind.REDEMPTION, LedgerEvent.Phase.INTENT).stream()
                .map(each -> each.detail().get("version")))
        .containsExactly("v1", "v1", "v2");
  }

  /// The bytes that a use under way holds are not zeroed by another that reads the same value.
  @Test
  void valueThatWasReadAnewAndIsTheSame_doesNotTakeTheLeaseAwayThatIsOut() throws Exception {
    source().keepFor("item", "v1", Duration.ofMinutes(1));
    LiveGrant grant = grant();
    CompletableFuture<SecretLease> out = redeem(grant);
    out.get(30, TimeUnit.SECONDS);
    broker.clock().advance(Duration.ofMinutes(1));

    assertThat(lent(redeem(grant))).isEqualTo("a-value-01234567");

    assertThat(source().reads()).isEqualTo(2);
    assertThat(lent(out)).isEqualTo("a-value-01234567");
  }

  @Test
  void troubleThatPasses_isTriedAgain_andNotToldOf() throws Exception {
    source().failing(Reason.UNAVAILABLE, 2);

    assertThat(lent(redeem(grant()))).isEqualTo("a-value-01234567");
    assertThat(source().reads()).isEqualTo(3);
  }

  @Test
  void refusal_isNotTriedAgain() throws Exception {
    source().failing(Reason.FORBIDDEN, 1);

    assertThat(refusal(redeem(grant()))).isEqualTo(ErrorCode.SOURCE_FORBIDDEN);
    assertThat(source().reads()).isEqualTo(1);
  }

  @Test
  void sourceThatFailsInARow_restsWithoutBeingAsked_andIsTriedOnceAfterwards() throws Exception {
    source().failing(Reason.UNAVAILABLE, 6);
    assertThat(refusal(redeem(grant()))).isEqualTo(ErrorCode.SOURCE_UNAVAILABLE);
    assertThat(refusal(redeem(grant()))).isEqualTo(ErrorCode.SOURCE_UNAVAILABLE);
    int asked = source().reads();
    assertThat(asked).isEqualTo(5);

    assertThat(refusal(redeem(grant()))).isEqualTo(ErrorCode.SOURCE_UNAVAILABLE);
    assertThat(source().reads()).isEqualTo(asked);
    broker.clock().advance(Duration.ofSeconds(10));
    source().failing(Reason.UNAVAILABLE, 0);

    assertThat(lent(redeem(grant()))).isEqualTo("a-value-01234567");
    assertThat(source().reads()).isEqualTo(asked + 1);
  }

  @Test
  void everyReasonThatTryingAgainDoesNotMend_hasACodeOfItsOwn() throws Exception {
    for (Reason reason : Reason.values()) {
      if (!reason.mayPass()) {
        source().failing(reason, 1);
        assertThat(refusal(redeem(grant())).text())
            .isEqualTo("source_" + reason.name().toLowerCase(Locale.ROOT));
      }
    }
  }
}
