package io.keymantle.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.keymantle.control.Actor;
import io.keymantle.control.FactorCheck;
import io.keymantle.control.FactorEnrolment;
import io.keymantle.control.FactorProof;
import io.keymantle.control.TotpSetup;
import io.keymantle.domain.ErrorCode;
import io.keymantle.domain.Factor;
import io.keymantle.domain.LedgerEvent;
import io.keymantle.domain.LedgerEvent.Kind;
import io.keymantle.domain.LedgerEvent.Phase;
import io.keymantle.domain.PersonName;
import io.keymantle.domain.Problem;
import io.keymantle.domain.RefusedException;
import io.keymantle.otp.OtpSeed;
import io.keymantle.otp.Totp;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Time-based codes and recovery codes, over real keys and stores in memory.
final class TotpFactorTest {
  private static final Actor.Person OWNER = TestBroker.OWNER;
  private static final PersonName NAME = new PersonName(OWNER.name());
  private static final byte[] DIGEST = new byte[32];
  private static final Duration STEP = Duration.ofSeconds(Totp.STEP_SECONDS);
  private static final FactorProof NONE = new FactorProof.None();

  @TempDir Path folder;
  private TestBroker broker;
  private String uri = "";
  private List<String> recoveryCodes = List.of();

  @BeforeEach
  void start() {
    broker = TestBroker.withFactors(folder);
  }

  @AfterEach
  void stop() {
    broker.close();
  }

  private FactorCheck check() {
    return broker.control().factors();
  }

  private FactorEnrolment enrolments() {
    return broker.control().enrolments();
  }

  /// What the authenticator shows, with its clock some steps ahead.
  private String code(String ofUri, int ahead) {
    byte[] text = ofUri.getBytes(StandardCharsets.US_ASCII);
    try (OtpSeed seed = OtpSeed.parse(text, 0, text.length)) {
      long step = Totp.stepAt(broker.clock().instant()) + ahead;
      return new String(seed.code(step), StandardCharsets.US_ASCII);
    }
  }

  private String code() {
    return code(uri, 0);
  }

  /// A code of none of the steps that could be accepted.
  private String wrong() {
    Set<String> right = new HashSet<>();
    for (int ahead = -4; ahead <= 4; ahead++) {
      right.add(code(uri, ahead));
    }
    return Stream.of(
            "000000", "111111", "222222", "333333", "444444", "555555", "666666", "777777",
            "888888", "999999")
        .filter(each -> !right.contains(each))
        .findFirst()
        .orElseThrow();
  }

  private void enrol() {
    uri = enrolments().enrolTotp(OWNER, "SHA1", 6, NONE).uri();
    recoveryCodes = enrolments().confirmTotp(OWNER, code());
    broker.clock().advance(STEP);
  }

  private void use(String code) {
    check().totp(NAME, code, DIGEST);
  }

  private static Problem refusal(ThrowingCallable call) {
    return catchThrowableOfType(RefusedException.class, call).problem();
  }

  private static ErrorCode codeOf(ThrowingCallable call) {
    return refusal(call).code();
  }

  private LedgerEvent lastUse() {
    return broker.ledger().events(Kind.FACTOR, Phase.FACT).getLast();
  }

  @Test
  void enrolment_isNotActive_beforeItsFirstCode() {
    uri = enrolments().enrolTotp(OWNER, "SHA1", 6, NONE).uri();

    assertThat(check().active(NAME)).isEmpty();
    assertThat(enrolments().status(NAME).confirming()).isTrue();
    assertThat(codeOf(() -> use(code()))).isEqualTo(ErrorCode.FACTOR_NOT_ENROLLED);
    assertThat(codeOf(() -> enrolments().confirmTotp(OWNER, wrong())))
        .isEqualTo(ErrorCode.FACTOR_REFUSED);

    List<String> codes = enrolments().confirmTotp(OWNER, code());

    assertThat(check().active(NAME)).containsExactly(Factor.TOTP);
    assertThat(codes)
        .hasSize(10)
        .doesNotHaveDuplicates()
        .allMatch(each -> each.matches("([A-Z2-7]{4}-){3}[A-Z2-7]{4}"));
    assertThat(enrolments().status(NAME).recoveryCodes()).isEqualTo(10);
    assertThat(codeOf(() -> use(code())))
        .as("the first code is spent")
        .isEqualTo(ErrorCode.FACTOR_REFUSED);
  }

  @ParameterizedTest
  @CsvSource({"SHA1, 6", "SHA1, 8", "SHA256, 6", "SHA256, 8", "SHA512, 6", "SHA512, 8"})
  void code_ofEveryShape_isAccepted(String algorithm, int digits) {
    TotpSetup setup = enrolments().enrolTotp(OWNER, algorithm, digits, NONE);
    uri = setup.uri();
    assertThat(uri).contains("algorithm=" + algorithm, "digits=" + digits, setup.secret());
    assertThat(setup.secret().length() * 5).isGreaterThanOrEqualTo(160);
    assertThat(setup.qr()).hasSizeGreaterThan(21);
    assertThat(setup.toString()).doesNotContain(setup.secret());

    enrolments().confirmTotp(OWNER, code());
    broker.clock().advance(STEP);
    use(code());

    assertThat(lastUse().detail()).containsEntry("outcome", "accept");
    assertThat(enrolments().status(NAME).totpDigits()).isEqualTo(digits);
  }

  @Test
  void enrolmentNotConfirmedInTenMinutes_isDropped() {
    uri = enrolments().enrolTotp(OWNER, "SHA1", 6, NONE).uri();
    broker.clock().advance(Duration.ofMinutes(10).plusSeconds(1));

    assertThat(codeOf(() -> enrolments().confirmTotp(OWNER, code())))
        .isEqualTo(ErrorCode.NOT_FOUND);
    assertThat(enrolments().status(NAME).confirming()).isFalse();
  }

  @Test
  void code_countsOnce_alsoAfterARestart() {
    enrol();
    String code = code();
    use(code);

    assertThat(codeOf(() -> use(code))).isEqualTo(ErrorCode.FACTOR_REFUSED);
    assertThat(lastUse().detail()).containsEntry("outcome", "replay");
    broker = broker.restart();
    assertThat(codeOf(() -> use(code))).isEqualTo(ErrorCode.FACTOR_REFUSED);
    assertThat(codeOf(() -> check().loginCode(NAME, code))).isEqualTo(ErrorCode.FACTOR_REFUSED);
    broker.clock().advance(STEP);
    use(code());
  }

  @Test
  void oneCode_triedFiftyTimesAtOnce_isAcceptedOnce() throws Exception {
    enrol();
    String code = code();
    Callable<Boolean> attempt =
        () -> {
          try {
            use(code);
            return true;
          } catch (RefusedException e) {
            return false;
          }
        };
    try (ExecutorService threads = Executors.newFixedThreadPool(10)) {
      List<Boolean> accepted =
          threads.invokeAll(Collections.nCopies(50, attempt)).stream()
              .map(Future::resultNow)
              .toList();
      assertThat(accepted).containsOnlyOnce(true);
    }
    broker.clock().advance(STEP);
    use(code());
  }

  @Test
  void wrongReplayedAndLocked_readTheSame_andTheLedgerTellsThemApart() {
    enrol();
    String used = code();
    use(used);
    Problem replayed = refusal(() -> use(used));
    String replay = lastUse().detail().get("outcome");
    Problem wrong = refusal(() -> use(wrong()));
    String invalid = lastUse().detail().get("outcome");
    for (int i = 0; i < 4; i++) {
      assertThat(codeOf(() -> use(wrong()))).isEqualTo(ErrorCode.FACTOR_REFUSED);
    }
    broker.clock().advance(STEP);
    Problem locked = refusal(() -> use(code()));

    assertThat(replayed).isEqualTo(wrong).isEqualTo(locked);
    assertThat(List.of(replay, invalid, lastUse().detail().get("outcome")))
        .containsExactly("replay", "invalid", "locked");
    assertThat(lastUse().actor()).isEqualTo("person:owner");
    assertThat(lastUse().detail().get("purpose")).startsWith("approval-v1 00");
    assertThat(broker.ledger().events().toString())
        .doesNotContain(used, uri.replaceAll(".*secret=(\\w+).*", "$1"));
  }

  @Test
  void fiveWrongTries_lock_untilTheTimeIsOver() {
    enrol();
    for (int i = 0; i < 5; i++) {
      assertThat(codeOf(() -> use(wrong()))).isEqualTo(ErrorCode.FACTOR_REFUSED);
    }
    assertThat(enrolments().status(NAME).lockedUntil())
        .contains(broker.clock().instant().plus(Duration.ofMinutes(15)));
    broker.clock().advance(Duration.ofMinutes(15).minusSeconds(1));
    assertThat(codeOf(() -> use(code()))).isEqualTo(ErrorCode.FACTOR_REFUSED);

    broker.clock().advance(Duration.ofSeconds(1));
    broker = broker.restart();
    use(code());
    assertThat(enrolments().status(NAME).lockedUntil()).isEmpty();
  }

  @Test
  void hundredWrongTriesInARow_disable_untilEnrolledAgainWithARecoveryCode() {
    enrol();
    for (int i = 0; i < 100; i++) {
      assertThat(codeOf(() -> use(wrong()))).isEqualTo(ErrorCode.FACTOR_REFUSED);
      broker.clock().advance(Duration.ofDays(1));
    }
    broker.clock().advance(Duration.ofDays(365));

    assertThat(codeOf(() -> use(code()))).isEqualTo(ErrorCode.FACTOR_REFUSED);
    assertThat(check().active(NAME)).as("still asked for").contains(Factor.TOTP);
    assertThat(enrolments().status(NAME).disabled()).containsExactly(Factor.TOTP);
    FactorProof recovery = new FactorProof.ByCode(recoveryCodes.getFirst());
    uri = enrolments().enrolTotp(OWNER, "SHA1", 6, recovery).uri();
    enrolments().confirmTotp(OWNER, code());
    broker.clock().advance(STEP);
    use(code());
    assertThat(enrolments().status(NAME).disabled()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"-1", "0", "1"})
  void code_oneStepOff_isAccepted(int ahead) {
    enrol();
    broker.clock().advance(STEP.multipliedBy(5));
    use(code(uri, ahead));
  }

  @ParameterizedTest
  @CsvSource({"-2", "2"})
  void code_twoStepsOff_isRefused(int ahead) {
    enrol();
    broker.clock().advance(STEP.multipliedBy(5));
    assertThat(codeOf(() -> use(code(uri, ahead)))).isEqualTo(ErrorCode.FACTOR_REFUSED);
  }

  @Test
  void drift_isFollowedByOneStepPerSuccess_upToTwo() {
    enrol();
    for (int ahead : List.of(1, 2, 3)) {
      broker.clock().advance(STEP.multipliedBy(10));
      use(code(uri, ahead));
    }
    broker.clock().advance(STEP.multipliedBy(10));
    assertThat(codeOf(() -> use(code(uri, 4)))).isEqualTo(ErrorCode.FACTOR_REFUSED);
    use(code(uri, 3));
    broker.clock().advance(STEP.multipliedBy(10));
    assertThat(codeOf(() -> use(code(uri, 0)))).isEqualTo(ErrorCode.FACTOR_REFUSED);
    use(code(uri, 1));
  }

  @Test
  void clockSetBack_revivesNoCode() {
    enrol();
    String code = code();
    use(code);
    broker.clock().advance(Duration.ofHours(-1));

    assertThat(codeOf(() -> use(code()))).isEqualTo(ErrorCode.FACTOR_REFUSED);
    broker.clock().advance(Duration.ofHours(1));
    assertThat(codeOf(() -> use(code))).isEqualTo(ErrorCode.FACTOR_REFUSED);
  }

  @Test
  void secondEnrolment_takesACurrentFactor_andReplacesTheFirstOnlyWhenConfirmed() {
    enrol();
    String first = uri;

    assertThat(codeOf(() -> enrolments().enrolTotp(OWNER, "SHA1", 6, NONE)))
        .isEqualTo(ErrorCode.FACTOR_REQUIRED);
    assertThat(
            codeOf(() -> enrolments().enrolTotp(OWNER, "SHA1", 6, new FactorProof.ByCode(wrong()))))
        .isEqualTo(ErrorCode.FACTOR_REFUSED);
    assertThat(enrolments().status(NAME).confirming()).isFalse();

    FactorProof proof = new FactorProof.ByCode(code());
    String second = enrolments().enrolTotp(OWNER, "SHA256", 8, proof).uri();
    broker.clock().advance(STEP);
    use(code(first, 0));
    assertThat(codeOf(() -> use(code(second, 0)))).isEqualTo(ErrorCode.FACTOR_REFUSED);

    enrolments().confirmTotp(OWNER, code(second, 0));
    broker.clock().advance(STEP);
    assertThat(codeOf(() -> use(code(first, 0)))).isEqualTo(ErrorCode.FACTOR_REFUSED);
    use(code(second, 0));
    assertThat(codeOf(() -> check().loginCode(NAME, recoveryCodes.getFirst())))
        .as("recovery codes are new as well")
        .isEqualTo(ErrorCode.FACTOR_REFUSED);
  }

  @Test
  void recoveryCode_logsIn_once_inAnySpelling_andApprovesNothing() {
    enrol();
    String recovery = recoveryCodes.getFirst();

    assertThat(codeOf(() -> use(recovery))).isEqualTo(ErrorCode.FACTOR_REFUSED);
    check().loginCode(NAME, recovery.toLowerCase(java.util.Locale.ROOT).replace("-", " "));

    assertThat(enrolments().status(NAME).recoveryCodes()).isEqualTo(9);
    broker = broker.restart();
    assertThat(codeOf(() -> check().loginCode(NAME, recovery))).isEqualTo(ErrorCode.FACTOR_REFUSED);
    assertThat(codeOf(() -> check().loginCode(new PersonName("bob"), recoveryCodes.get(1))))
        .isEqualTo(ErrorCode.FACTOR_REFUSED);
    check().loginCode(NAME, code());
    assertThat(broker.stores().factors().recoveryCodes(NAME)).isEqualTo(9);
  }

  @Test
  void newRecoveryCodes_andRemoval_takeAProof() {
    enrol();
    assertThat(codeOf(() -> enrolments().newRecoveryCodes(OWNER, NONE)))
        .isEqualTo(ErrorCode.FACTOR_REQUIRED);
    assertThat(codeOf(() -> enrolments().removeTotp(OWNER, NONE)))
        .isEqualTo(ErrorCode.FACTOR_REQUIRED);

    List<String> fresh = enrolments().newRecoveryCodes(OWNER, new FactorProof.ByCode(code()));
    assertThat(fresh).hasSize(10).doesNotContainAnyElementsOf(recoveryCodes);
    enrolments().removeTotp(OWNER, new FactorProof.ByCode(fresh.getFirst()));

    assertThat(check().active(NAME)).isEmpty();
    assertThat(enrolments().status(NAME).recoveryCodes()).isZero();
    assertThat(codeOf(() -> enrolments().newRecoveryCodes(OWNER, NONE)))
        .isEqualTo(ErrorCode.FACTOR_NOT_ENROLLED);
  }

  @Test
  void ledgerThatCannotBeWritten_acceptsNothing_andTheCodeIsSpent() {
    enrol();
    String code = code();
    broker.ledger().failingFor(event -> event.kind() == Kind.FACTOR);
    assertThat(codeOf(() -> use(code))).isEqualTo(ErrorCode.LEDGER_UNAVAILABLE);

    broker.ledger().failingFor(_ -> false);
    assertThat(codeOf(() -> use(code))).isEqualTo(ErrorCode.FACTOR_REFUSED);
  }

  @Test
  void storeThatCannotBeWritten_acceptsNothing() {
    enrol();
    broker.memory().failing(true);
    assertThat(codeOf(() -> use(code()))).isEqualTo(ErrorCode.STORE_UNAVAILABLE);

    broker.memory().failing(false);
    use(code());
  }

  @Test
  void forgottenPerson_hasNoFactor() {
    enrol();

    enrolments().forget(OWNER, NAME);

    assertThat(check().active(NAME)).isEmpty();
    assertThat(codeOf(() -> use(code()))).isEqualTo(ErrorCode.FACTOR_NOT_ENROLLED);
    assertThat(enrolments().status(NAME).lockedUntil()).isEqualTo(Optional.empty());
  }
}
