package io.keymantle.testkit;

import static io.keymantle.testkit.Samples.GITHUB;
import static io.keymantle.testkit.Samples.MAIN;
import static io.keymantle.testkit.TestBroker.OWNER;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.keymantle.control.Approval;
import io.keymantle.control.ApprovalScope;
import io.keymantle.control.ApprovalState;
import io.keymantle.control.Ballot;
import io.keymantle.control.CredentialCodec;
import io.keymantle.control.GrantSelector;
import io.keymantle.domain.EgressPolicy;
import io.keymantle.domain.ErrorCode;
import io.keymantle.domain.LedgerEvent;
import io.keymantle.domain.LedgerEvent.Kind;
import io.keymantle.domain.LedgerEvent.Phase;
import io.keymantle.domain.PersonName;
import io.keymantle.domain.Problem;
import io.keymantle.domain.RefusedException;
import io.keymantle.redeem.AgentSession;
import io.keymantle.redeem.LiveGrant;
import io.keymantle.redeem.ObservedUse;
import io.keymantle.redeem.Redeemer;
import io.keymantle.secret.SecretLease;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What people's answers to single uses guarantee: reads pass, writes wait.
class UseApprovalTest {
  private static final PersonName PERSON = new PersonName("owner");
  private static final String HELD = rule("10m");
  private static final String NOT_HELD = rule("0s");

  @TempDir private Path directory;
  private TestBroker broker;
  private String agentToken;
  private int codes;
  private final AtomicBoolean wanted = new AtomicBoolean(true);
  private final AtomicBoolean waits = new AtomicBoolean(true);

  private static String rule(String wait) {
    return "{allowedAgents: ['main'], bindings: [{destination: 'https://api.github.com'}],"
        + " approval: {totp: true, wait: '"
        + wait
        + "', when: {methods: ['POST'], paths: ['/repos/**']}}}";
  }

  @BeforeEach
  void open() {
    broker = TestBroker.create(directory);
    agentToken = broker.control().agents().add(OWNER, MAIN, EgressPolicy.DEFAULT).token();
  }

  @AfterEach
  void close() {
    broker.close();
  }

  private LiveGrant grant(String json) {
    broker
        .control()
        .catalogue()
        .add(OWNER, CredentialCodec.read(GITHUB, json), broker.seal(GITHUB, "a-value-01234567"));
    return broker.redeemer().grant(session(), broker.request(agentToken, GITHUB).token().value());
  }

  private AgentSession session() {
    return broker.redeemer().authenticate(agentToken);
  }

  private static ObservedUse use(String method, String path, String body) {
    return new ObservedUse(
        "https://api.github.com",
        method,
        path,
        "header:authorization",
        "",
        List.of(),
        body.length(),
        body);
  }

  private static ObservedUse post(String body) {
    return use("POST", "/repos/acme/site/issues", body);
  }

  private CompletableFuture<SecretLease> redeem(LiveGrant grant, ObservedUse use) {
    CompletableFuture<SecretLease> lease = new CompletableFuture<>();
    broker
        .redeemer()
        .redeem(
            session(),
            grant,
            use,
            new Redeemer.Callback() {
              @Override
              public void granted(SecretLease granted) {
                lease.complete(granted);
              }

              @Override
              public void refused(Problem problem) {
                lease.completeExceptionally(new RefusedException(problem));
              }

              @Override
              public boolean waits() {
                return waits.get();
              }

              @Override
              public boolean wanted() {
                return wanted.get();
              }
            });
    return lease;
  }

  private static void requireLent(CompletableFuture<SecretLease> lease) throws Exception {
    lease.get(10, TimeUnit.SECONDS).close();
  }

  private static Problem refusal(CompletableFuture<SecretLease> lease) throws Exception {
    try {
      lease.get(10, TimeUnit.SECONDS);
      throw new AssertionError("it was lent");
    } catch (ExecutionException e) {
      return ((RefusedException) e.getCause()).problem();
    }
  }

  private Approval question() {
    await()
        .untilAsserted(() ->
            assertThat(broker.control().approvals().list())
                .anyMatch(each -> each.state() == ApprovalState.PENDING));
    return broker.control().approvals().list().stream()
        .filter(each -> each.state() == ApprovalState.PENDING)
        .findFirst()
        .orElseThrow();
  }

  private void answer(Approval approval, boolean yes, ApprovalScope scope, Duration lasts) {
    String code = yes ? broker.factors().code(PERSON, "code-" + codes++) : "";
    broker
        .control()
        .answers()
        .answer(
            OWNER, approval.id(), new Ballot(yes, scope, lasts, false, "", code, Optional.empty()));
  }

  private void yes(Approval approval) {
    answer(approval, true, ApprovalScope.ONCE, Duration.ZERO);
  }

  @Test
  void useThatNoRuleSpeaksOf_isNotAskedAbout() throws Exception {
    LiveGrant grant = grant(NOT_HELD);

    requireLent(redeem(grant, use("GET", "/repos/acme/site/issues", "")));
    requireLent(redeem(grant, use("POST", "/user", "")));

    assertThat(broker.control().approvals().list()).isEmpty();
  }

  @Test
  void useThatARuleSpeaksOf_isHeldUntilTheYes_andThenLent() throws Exception {
    CompletableFuture<SecretLease> lease = redeem(grant(HELD), post("a body"));
    Approval question = question();

    assertThat(question.request().target().bodyDigest()).isEqualTo("a body");
    assertThat(question.request().summary())
        .isEqualTo(
            "POST api.github.com /repos/acme/site/issues — 6 bytes — github-api — agent main");
    assertThat(lease).isNotDone();

    yes(question);
    requireLent(lease);
  }

  @Test
  void no_refusesWhatIsHeld() throws Exception {
    CompletableFuture<SecretLease> lease = redeem(grant(HELD), post("a body"));
    answer(question(), false, ApprovalScope.ONCE, Duration.ZERO);

    assertThat(refusal(lease).code()).isEqualTo(ErrorCode.APPROVAL_DENIED);
  }

  @Test
  void holdThatEndsWithoutAnAnswer_namesTheApproval_andTheSameRequestGoesOnUnderIt()
      throws Exception {
    LiveGrant grant = grant(NOT_HELD);
    Problem timeout = refusal(redeem(grant, post("a body")));
    Approval question = question();

    assertThat(timeout.code()).isEqualTo(ErrorCode.APPROVAL_TIMEOUT);
    assertThat(timeout.message()).contains(question.id().value());

    yes(question);
    requireLent(redeem(grant, post("a body")));
    assertThat(refusal(redeem(grant, post("a body"))).code()).isEqualTo(ErrorCode.APPROVAL_TIMEOUT);
  }

  @Test
  void agentThatDoesNotWait_isToldAtOnceThatPeopleWereAsked() throws Exception {
    waits.set(false);
    LiveGrant grant = grant(HELD);
    Problem told = refusal(redeem(grant, post("a body")));

    assertThat(told.code()).isEqualTo(ErrorCode.APPROVAL_REQUIRED);
    assertThat(told.approval()).contains(question().id());
    yes(question());
    requireLent(redeem(grant, post("a body")));
  }

  @Test
  void yes_coversNoOtherBodyPathOrHeader() throws Exception {
    LiveGrant grant = grant(NOT_HELD);
    refusal(redeem(grant, post("a body")));
    yes(question());

    assertThat(refusal(redeem(grant, post("b body"))).code()).isEqualTo(ErrorCode.APPROVAL_TIMEOUT);
    assertThat(refusal(redeem(grant, use("POST", "/repos/acme/site/pulls", "a body"))).code())
        .isEqualTo(ErrorCode.APPROVAL_TIMEOUT);
    assertThat(refusal(redeem(grant, as("system:admin", post("a body")))).code())
        .isEqualTo(ErrorCode.APPROVAL_TIMEOUT);
    requireLent(redeem(grant, post("a body")));
  }

  private static ObservedUse as(String person, ObservedUse use) {
    return new ObservedUse(
        use.destination(),
        use.method(),
        use.path(),
        use.surface(),
        use.query(),
        List.of("impersonate-user: " + person),
        use.bodyBytes(),
        use.bodyDigest());
  }

  @Test
  void yesForTheCredential_coversWhatTheSameRuleSpeaksOf() throws Exception {
    LiveGrant grant = grant(NOT_HELD);
    refusal(redeem(grant, post("a body")));
    answer(question(), true, ApprovalScope.CREDENTIAL, Duration.ofMinutes(5));

    requireLent(redeem(grant, post("b body")));
    broker.clock().advance(Duration.ofMinutes(5));
    assertThat(refusal(redeem(grant, post("b body"))).code()).isEqualTo(ErrorCode.APPROVAL_TIMEOUT);
  }

  @Test
  void ruleChangedWhileHeld_refuses() throws Exception {
    CompletableFuture<SecretLease> lease = redeem(grant(HELD), post("a body"));
    question();

    String shorter = HELD.replace("{allowedAgents", "{expiresAfter: '5m', allowedAgents");
    broker.control().catalogue().set(OWNER, CredentialCodec.read(GITHUB, shorter));

    assertThat(refusal(lease).code()).isIn(ErrorCode.APPROVAL_EXPIRED, ErrorCode.GRANT_REVOKED);
  }

  @Test
  void grantRevokedWhileHeld_isNotLentByTheYes() throws Exception {
    CompletableFuture<SecretLease> lease = redeem(grant(HELD), post("a body"));
    question();

    broker.control().grants().revoke(OWNER, new GrantSelector.All());

    assertThat(refusal(lease).code()).isIn(ErrorCode.APPROVAL_EXPIRED, ErrorCode.GRANT_REVOKED);
  }

  @Test
  void yes_thatComesWhenTheAgentHasGone_isLeftForItsNextRequest() throws Exception {
    LiveGrant grant = grant(HELD);
    CompletableFuture<SecretLease> gone = redeem(grant, post("a body"));
    Approval question = question();
    wanted.set(false);
    yes(question);
    assertThat(refusal(gone).code()).isEqualTo(ErrorCode.APPROVAL_TIMEOUT);

    wanted.set(true);
    requireLent(redeem(grant, post("a body")));
  }

  @Test
  void fiftyEqualRequestsHeldAtOnce_areOneQuestion_andOneYesLetsOneOfThemPass() throws Exception {
    LiveGrant grant = grant(HELD);
    List<CompletableFuture<SecretLease>> leases = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      leases.add(redeem(grant, post("a body")));
    }
    Approval question = question();
    await()
        .untilAsserted(
            () -> assertThat(broker.control().approvals().waiting(question.id())).isEqualTo(50));

    yes(question);

    // The others ask anew, together.
    await()
        .untilAsserted(
            () -> assertThat(broker.control().approvals().waiting(question().id())).isEqualTo(49));
    assertThat(leases.stream().filter(CompletableFuture::isDone).count()).isEqualTo(1);
    answer(question(), false, ApprovalScope.ONCE, Duration.ZERO);
    for (CompletableFuture<SecretLease> lease : leases) {
      await().until(lease::isDone);
    }
    assertThat(leases.stream().filter(each -> !each.isCompletedExceptionally()).count())
        .isEqualTo(1);
  }

  @Test
  void refusedUse_isInTheLedger_andNoRedemptionIs() throws Exception {
    refusal(redeem(grant(NOT_HELD), post("a body")));

    assertThat(broker.ledger().events(Kind.REDEMPTION, Phase.INTENT)).isEmpty();
    LedgerEvent refused = broker.ledger().events(Kind.DECISION, Phase.FACT).getLast();
    assertThat(refused.code()).isEqualTo("approval_timeout");
    assertThat(refused.path()).isEqualTo("/repos/acme/site/issues");
  }
}
