package io.keymantle.testkit;

import static io.keymantle.testkit.Samples.GITHUB;
import static io.keymantle.testkit.Samples.MAIN;
import static io.keymantle.testkit.TestBroker.OWNER;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.keymantle.control.Approval;
import io.keymantle.control.ApprovalScope;
import io.keymantle.control.ApprovalState;
import io.keymantle.control.Ballot;
import io.keymantle.control.CredentialCodec;
import io.keymantle.control.CredentialSpec;
import io.keymantle.control.GrantSelector;
import io.keymantle.control.Grants;
import io.keymantle.control.Requester;
import io.keymantle.domain.ApprovalId;
import io.keymantle.domain.EgressPolicy;
import io.keymantle.domain.ErrorCode;
import io.keymantle.domain.Grant;
import io.keymantle.domain.LedgerEvent;
import io.keymantle.domain.LedgerEvent.Kind;
import io.keymantle.domain.PersonName;
import io.keymantle.domain.RefusedException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What people's answers to requests for grants guarantee.
class ApprovalTest {
  private static final PersonName PERSON = new PersonName("owner");
  private static final String TOTP =
      "{allowedAgents: ['main'], requireTotp: true, expiresAfter: '5m',"
          + " bindings: [{destination: 'https://api.github.com'}]}";

  @TempDir private Path directory;
  private TestBroker broker;
  private String agentToken;
  private int codes;

  @BeforeEach
  void open() {
    broker = TestBroker.create(directory);
    agentToken = broker.control().agents().add(OWNER, MAIN, EgressPolicy.DEFAULT).token();
    add(TOTP);
  }

  @AfterEach
  void close() {
    broker.close();
  }

  private void add(String json) {
    broker
        .control()
        .catalogue()
        .add(OWNER, CredentialCodec.read(GITHUB, json), broker.seal(GITHUB, "a-value-01234567"));
  }

  /// Says yes to the change where it is asked about.
  private void set(String json) {
    CredentialSpec spec = CredentialCodec.read(GITHUB, json);
    try {
      broker.control().catalogue().set(OWNER, spec);
    } catch (RefusedException e) {
      ApprovalId asked = e.problem().approval().orElseThrow();
      broker.control().answers().answer(OWNER, asked, yes(code()));
      broker.control().catalogue().set(OWNER, spec);
    }
  }

  private Grants.Answer ask(String reason) {
    Requester requester = broker.control().agents().authenticate(agentToken);
    return broker.control().grants().ask(requester, GITHUB, reason);
  }

  private Approval asked() {
    return asked("a reason");
  }

  private Approval asked(String reason) {
    assertThat(ask(reason)).isInstanceOf(Grants.Answer.Asked.class);
    return ((Grants.Answer.Asked) ask(reason)).approval();
  }

  private Grant issued() {
    Grants.Answer answer = ask("a reason");
    assertThat(answer).isInstanceOf(Grants.Answer.Issued.class);
    return ((Grants.Answer.Issued) answer).grant().grant();
  }

  private String code() {
    return broker.factors().code(PERSON, "code-" + codes++);
  }

  private static Ballot yes(String code) {
    return yes(code, ApprovalScope.ONCE, Duration.ZERO);
  }

  private static Ballot yes(String code, ApprovalScope scope, Duration lasts) {
    return new Ballot(true, scope, lasts, false, "", code, Optional.empty());
  }

  private static Ballot no() {
    return new Ballot(false, ApprovalScope.ONCE, Duration.ZERO, false, "", "", Optional.empty());
  }

  private Approval answer(Approval approval, Ballot ballot) {
    return broker.control().answers().answer(OWNER, approval.id(), ballot);
  }

  private ErrorCode refusal(Runnable work) {
    return catchThrowableOfType(RefusedException.class, work::run).problem().code();
  }

  private ApprovalState state(Approval approval) {
    return broker.control().approvals().show(approval.id()).state();
  }

  @Test
  void sameRequest_askedAgain_isTheSameQuestion() {
    assertThat(asked().id()).isEqualTo(asked().id());
    assertThat(asked("another reason").id()).isNotEqualTo(asked().id());
    assertThat(broker.control().approvals().list()).hasSize(2);
  }

  @Test
  void yesWithACode_letsTheSameRequestHaveOneGrant_andNoSecond() {
    Approval approval = asked();

    assertThat(answer(approval, yes(code())).state()).isEqualTo(ApprovalState.APPROVED);
    assertThat(issued().expiresAt()).isEqualTo(broker.clock().instant().plusSeconds(300));

    assertThat(state(approval)).isEqualTo(ApprovalState.CONSUMED);
    assertThat(asked().id()).isNotEqualTo(approval.id());
  }

  @Test
  void yesForOnce_takenByFiftyAtTheSameTime_isTakenOnce() throws Exception {
    answer(asked(), yes(code()));

    CountDownLatch start = new CountDownLatch(1);
    List<Future<Boolean>> tries = new ArrayList<>();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < 50; i++) {
        tries.add(
            threads.submit(() -> {
              start.await();
              return ask("a reason") instanceof Grants.Answer.Issued;
            }));
      }
      start.countDown();
    }
    int issued = 0;
    for (Future<Boolean> each : tries) {
      issued += each.get() ? 1 : 0;
    }
    assertThat(issued).isEqualTo(1);
  }

  @Test
  void yesToOneReason_isNoYesToAnother() {
    answer(asked("read the list"), yes(code()));

    asked("delete everything");
  }

  @Test
  void missingCode_isAskedFor_andAWrongOneChangesNothing() {
    Approval approval = asked();

    assertThat(refusal(() -> answer(approval, yes("")))).isEqualTo(ErrorCode.FACTOR_REQUIRED);
    assertThat(refusal(() -> answer(approval, yes("000000")))).isEqualTo(ErrorCode.FACTOR_REFUSED);

    assertThat(state(approval)).isEqualTo(ApprovalState.PENDING);
    asked();
  }

  @Test
  void code_thatAnotherApprovalTook_isRefused() {
    String code = code();
    answer(asked("first"), yes(code));
    Approval second = asked("second");

    assertThat(refusal(() -> answer(second, yes(code)))).isEqualTo(ErrorCode.FACTOR_REFUSED);
  }

  @Test
  void code_isNotBurnt_whenTheAnswerCouldNotCount() {
    String code = code();
    Approval approval = asked();
    Ballot tooLong = yes(code, ApprovalScope.CREDENTIAL, Duration.ofHours(1));

    assertThat(refusal(() -> answer(approval, tooLong))).isEqualTo(ErrorCode.INVALID_REQUEST);
    assertThat(answer(approval, yes(code)).state()).isEqualTo(ApprovalState.APPROVED);
  }

  @Test
  void passkey_signedForOneAnswer_isRefusedForEveryOther() {
    set(
        "{allowedAgents: ['main'], approval: {passkey: true},"
            + " bindings: [{destination: 'https://api.github.com'}]}");
    Approval first = asked("first");
    Approval second = asked("second");
    Duration none = Duration.ZERO;
    var challenge =
        broker.control().answers().challenge(OWNER, first.id(), true, ApprovalScope.ONCE, none);
    String signature = FakeFactors.sign(PERSON, first.answerDigest(true, ApprovalScope.ONCE, none));
    Optional<Ballot.Passkey> signed = Optional.of(new Ballot.Passkey(challenge.id(), signature));
    Ballot once = new Ballot(true, ApprovalScope.ONCE, none, false, "", "", signed);

    assertThat(refusal(() -> answer(second, once))).isEqualTo(ErrorCode.FACTOR_REFUSED);

    var again =
        broker.control().answers().challenge(OWNER, first.id(), true, ApprovalScope.ONCE, none);
    Optional<Ballot.Passkey> signedAgain = Optional.of(new Ballot.Passkey(again.id(), signature));
    Ballot wider =
        new Ballot(
            true, ApprovalScope.CREDENTIAL, Duration.ofMinutes(1), false, "", "", signedAgain);
    assertThat(refusal(() -> answer(first, wider))).isEqualTo(ErrorCode.FACTOR_REFUSED);
  }

  @Test
  void no_endsTheQuestion_andTheSameRequestIsNotAskedAgainWhileItWouldBeOpen() {
    Approval approval = asked();

    assertThat(answer(approval, no()).state()).isEqualTo(ApprovalState.DENIED);
    assertThat(refusal(() -> ask("a reason"))).isEqualTo(ErrorCode.APPROVAL_DENIED);
    assertThat(refusal(() -> answer(approval, yes(code())))).isEqualTo(ErrorCode.APPROVAL_DENIED);

    broker.clock().advance(Duration.ofMinutes(15));
    asked();
  }

  @Test
  void no_afterAYesThatWasNotUsed_takesItBack() {
    Approval approval = asked();
    answer(approval, yes(code()));

    assertThat(answer(approval, no()).state()).isEqualTo(ApprovalState.REVOKED);
    asked();
  }

  @Test
  void question_thatNobodyAnswers_expires() {
    Approval approval = asked();
    broker.clock().advance(Duration.ofMinutes(15));

    assertThat(state(approval)).isEqualTo(ApprovalState.EXPIRED);
    assertThat(refusal(() -> answer(approval, yes(code())))).isEqualTo(ErrorCode.APPROVAL_EXPIRED);

    broker.control().sweep();
    assertThat(broker.stores().approvals().all().getFirst().state())
        .isEqualTo(ApprovalState.EXPIRED);
  }

  @Test
  void yes_thatIsNotUsedInFiveMinutes_lapses() {
    Approval approval = asked();
    answer(approval, yes(code()));
    broker.clock().advance(Duration.ofMinutes(5));

    asked();
    assertThat(state(approval)).isEqualTo(ApprovalState.LAPSED);
  }

  @Test
  void yesForATime_isGoodAgainAndAgain_andItsGrantsEndWithIt() {
    answer(asked(), yes(code(), ApprovalScope.REQUEST, Duration.ofMinutes(2)));
    issued();
    broker.clock().advance(Duration.ofMinutes(1));

    assertThat(issued().expiresAt()).isEqualTo(broker.clock().instant().plusSeconds(60));
    asked("another reason");

    broker.clock().advance(Duration.ofMinutes(1));
    asked();
  }

  @Test
  void yesForTheCredential_coversOtherReasons() {
    answer(asked("one"), yes(code(), ApprovalScope.CREDENTIAL, Duration.ofMinutes(5)));

    assertThat(ask("two")).isInstanceOf(Grants.Answer.Issued.class);
  }

  @Test
  void rule_capsHowLongAYesLasts() {
    set(
        "{allowedAgents: ['main'], approval: {totp: true, atMost: '0s'},"
            + " bindings: [{destination: 'https://api.github.com'}]}");
    Approval approval = asked();

    assertThat(
            refusal(
                () -> answer(approval, yes(code(), ApprovalScope.REQUEST, Duration.ofSeconds(1)))))
        .isEqualTo(ErrorCode.INVALID_REQUEST);
  }

  @Test
  void changedRules_voidTheQuestionAndTheYes() {
    Approval pending = asked("pending");
    Approval approved = asked("approved");
    answer(approved, yes(code()));

    set(
        "{allowedAgents: ['main'], requireTotp: true, expiresAfter: '6m',"
            + " bindings: [{destination: 'https://evil.example'}]}");

    assertThat(state(pending)).isEqualTo(ApprovalState.CANCELLED);
    assertThat(state(approved)).isEqualTo(ApprovalState.REVOKED);
    asked("approved");
  }

  @Test
  void revocationOfEverything_endsQuestionsAndStandingAnswers() {
    answer(asked("one"), yes(code(), ApprovalScope.CREDENTIAL, Duration.ofMinutes(5)));

    broker.control().grants().revoke(OWNER, new GrantSelector.All());

    asked("two");
  }

  @Test
  void restart_keepsQuestionsAndAnswers() {
    Approval pending = asked("pending");
    Approval approved = asked("approved");
    answer(approved, yes(code()));

    broker = broker.restart();

    assertThat(asked("pending").id()).isEqualTo(pending.id());
    assertThat(ask("approved")).isInstanceOf(Grants.Answer.Issued.class);
    assertThat(state(approved)).isEqualTo(ApprovalState.CONSUMED);
  }

  @Test
  void agentThatAsksTooMuch_isRefusedBeforePeopleAreTroubled() {
    for (int i = 0; i < 20; i++) {
      asked("reason " + i);
    }

    assertThat(refusal(() -> ask("one more"))).isEqualTo(ErrorCode.RATE_LIMITED);
    assertThat(broker.control().approvals().list()).hasSize(20);
  }

  @Test
  void ruleWithoutAFactor_isNotAnsweredWithoutASession() {
    set(
        "{allowedAgents: ['main'], approval: {required: 1},"
            + " bindings: [{destination: 'https://api.github.com'}]}");

    assertThat(refusal(() -> answer(asked(), yes("")))).isEqualTo(ErrorCode.SESSION_REQUIRED);
  }

  @Test
  void yes_isInTheLedgerWithTheDigestOfWhatWasAsked_beforeItIsUsed() {
    Approval approval = asked();
    answer(approval, yes(code()));
    issued();

    List<String> verbs = new ArrayList<>();
    for (LedgerEvent event : broker.ledger().events()) {
      if (event.kind() == Kind.APPROVAL || event.kind() == Kind.GRANT) {
        verbs.add(event.phase() + " " + event.detail().getOrDefault("verb", "grant"));
        if (event.kind() == Kind.APPROVAL) {
          assertThat(event.detail()).containsEntry("digest", approval.digest());
        }
      }
    }
    assertThat(verbs)
        .containsExactly(
            "intent ask",
            "outcome ask",
            "intent approve",
            "outcome approve",
            "intent consume",
            "outcome consume",
            "intent grant",
            "outcome grant");
  }

  @Test
  void ledgerThatCannotWrite_letsNoYesBeGiven() {
    Approval approval = asked();
    broker.ledger().failingFor(event -> event.kind() == Kind.APPROVAL);

    assertThat(refusal(() -> answer(approval, yes(code()))))
        .isEqualTo(ErrorCode.LEDGER_UNAVAILABLE);
    broker.ledger().failingFor(event -> false);
    asked();
  }
}
