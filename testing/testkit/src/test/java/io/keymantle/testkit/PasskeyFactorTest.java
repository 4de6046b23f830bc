package io.keymantle.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.keymantle.control.Actor;
import io.keymantle.control.FactorCheck;
import io.keymantle.control.FactorEnrolment;
import io.keymantle.control.FactorProof;
import io.keymantle.control.Passkey;
import io.keymantle.control.PasskeyChallenge;
import io.keymantle.domain.ErrorCode;
import io.keymantle.domain.Factor;
import io.keymantle.domain.LedgerEvent.Kind;
import io.keymantle.domain.LedgerEvent.Phase;
import io.keymantle.domain.PersonName;
import io.keymantle.domain.RefusedException;
import io.keymantle.testkit.SoftwareAuthenticator.Algorithm;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Passkeys from an authenticator in software, and what an attacker would send in its place.
final class PasskeyFactorTest {
  static final String ORIGIN = TestBroker.SITE.origins().iterator().next();

  private static final Actor.Person OWNER = TestBroker.OWNER;
  private static final PersonName NAME = new PersonName(OWNER.name());
  private static final FactorProof NONE = new FactorProof.None();
  private static final byte[] DIGEST = new byte[32];

  @TempDir Path folder;
  private TestBroker broker;
  private final SoftwareAuthenticator authenticator =
      new SoftwareAuthenticator(Algorithm.ES256, ORIGIN);

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

  private Passkey register(SoftwareAuthenticator by, FactorProof proof) {
    PasskeyChallenge challenge = enrolments().registration(OWNER);
    return enrolments()
        .addPasskey(OWNER, challenge.id(), by.register(challenge.options()), "laptop", proof);
  }

  private void approve(SoftwareAuthenticator by) {
    PasskeyChallenge challenge = check().challenge(NAME, DIGEST);
    check().passkey(NAME, challenge.id(), by.answer(challenge.options()), DIGEST);
  }

  private static ErrorCode codeOf(ThrowingCallable call) {
    return catchThrowableOfType(RefusedException.class, call).problem().code();
  }

  private void assertRefused(ThrowingCallable call) {
    assertThat(codeOf(call)).isEqualTo(ErrorCode.FACTOR_REFUSED);
  }

  private String lastOutcome() {
    return broker.ledger().events(Kind.FACTOR, Phase.FACT).getLast().detail().get("outcome");
  }

  @ParameterizedTest
  @EnumSource(Algorithm.class)
  void passkey_ofEveryAlgorithm_registersApprovesAndLogsIn(Algorithm algorithm) {
    SoftwareAuthenticator by = new SoftwareAuthenticator(algorithm, ORIGIN);
    Passkey made = register(by, NONE);

    approve(by);
    PasskeyChallenge login = check().loginChallenge();
    assertThat(check().login(login.id(), by.answer(login.options()))).isEqualTo(NAME);

    assertThat(check().active(NAME)).containsExactly(Factor.PASSKEY);
    assertThat(made.backupEligible()).isFalse();
    assertThat(enrolments().passkeys(NAME).getFirst().usedAt()).isPresent();
  }

  @Test
  void options_sayWhatIsAskedOfTheAuthenticator() {
    String creation = enrolments().registration(OWNER).options();
    assertThat(creation)
        .contains(
            "\"rp\":{\"id\":\"localhost\"",
            "\"userVerification\":\"required\"",
            "\"residentKey\":\"preferred\"",
            "\"attestation\":\"none\"",
            "\"alg\":-7",
            "\"alg\":-8",
            "\"alg\":-257",
            "\"excludeCredentials\":[]",
            "\"timeout\":120000");
    String id = register(authenticator, NONE).id();

    assertThat(enrolments().registration(OWNER).options())
        .contains("\"excludeCredentials\":[{\"type\":\"public-key\",\"id\":\"" + id + "\"}]");
    assertThat(check().challenge(NAME, DIGEST).options())
        .contains("\"allowCredentials\":[{\"type\":\"public-key\",\"id\":\"" + id + "\"}]")
        .contains("\"userVerification\":\"required\"", "\"rpId\":\"localhost\"");
    assertThat(check().loginChallenge().options()).contains("\"allowCredentials\":[]");
  }

  @Test
  void answer_countsOnce() {
    register(authenticator, NONE);
    PasskeyChallenge challenge = check().challenge(NAME, DIGEST);
    String answer = authenticator.answer(challenge.options());
    check().passkey(NAME, challenge.id(), answer, DIGEST);

    assertRefused(() -> check().passkey(NAME, challenge.id(), answer, DIGEST));
  }

  @Test
  void oneAnswer_sentTwentyTimesAtOnce_isAcceptedOnce() throws Exception {
    register(authenticator, NONE);
    PasskeyChallenge challenge = check().challenge(NAME, DIGEST);
    String answer = authenticator.answer(challenge.options());
    Callable<Boolean> attempt =
        () -> {
          try {
            check().passkey(NAME, challenge.id(), answer, DIGEST);
            return true;
          } catch (RefusedException e) {
            return false;
          }
        };
    try (ExecutorService threads = Executors.newFixedThreadPool(8)) {
      List<Boolean> accepted =
          threads.invokeAll(Collections.nCopies(20, attempt)).stream()
              .map(Future::resultNow)
              .toList();
      assertThat(accepted.stream().filter(each -> each)).hasSizeLessThanOrEqualTo(1);
    }
  }

  @Test
  void answer_forAnotherDigestPersonOrPurpose_isRefused() {
    register(authenticator, NONE);
    byte[] other = DIGEST.clone();
    other[31] = 1;

    PasskeyChallenge first = check().challenge(NAME, DIGEST);
    String answer = authenticator.answer(first.options());
    assertRefused(() -> check().passkey(NAME, first.id(), answer, other));

    PasskeyChallenge second = check().challenge(NAME, DIGEST);
    String forBob = authenticator.answer(second.options());
    assertRefused(() -> check().passkey(new PersonName("bob"), second.id(), forBob, DIGEST));

    PasskeyChallenge login = check().loginChallenge();
    String loggedIn = authenticator.answer(login.options());
    assertRefused(() -> check().passkey(NAME, login.id(), loggedIn, DIGEST));

    PasskeyChallenge approval = check().challenge(NAME, DIGEST);
    String approved = authenticator.answer(approval.options());
    assertRefused(() -> check().login(approval.id(), approved));
  }

  @Test
  void answer_signedForAnotherChallenge_isRefused() {
    register(authenticator, NONE);
    PasskeyChallenge seen = check().challenge(NAME, DIGEST);
    PasskeyChallenge asked = check().challenge(NAME, DIGEST);
    String answer = authenticator.answer(seen.options());

    assertRefused(() -> check().passkey(NAME, asked.id(), answer, DIGEST));
    assertThat(lastOutcome()).isEqualTo("invalid");
  }

  @Test
  void answer_afterTwoMinutes_isRefused() {
    register(authenticator, NONE);
    PasskeyChallenge challenge = check().challenge(NAME, DIGEST);
    String answer = authenticator.answer(challenge.options());
    broker.clock().advance(Duration.ofMinutes(2));

    assertRefused(() -> check().passkey(NAME, challenge.id(), answer, DIGEST));
  }

  @Test
  void answer_ofAnotherOriginSiteOrFrame_orWithoutVerification_isRefused() {
    register(authenticator, NONE);
    assertRefused(() -> approve(authenticator.at("http://localhost:7751")));
    assertRefused(() -> approve(authenticator.at("https://localhost:7750")));
    assertRefused(() -> approve(authenticator.at("http://evil.localhost:7750")));
    authenticator.at(ORIGIN);
    assertRefused(() -> approve(authenticator.of("evil.example")));
    authenticator.of("localhost");
    check().active(NAME);
    approve(authenticator);
    assertRefused(() -> approve(authenticator.verifying(false)));
    authenticator.verifying(true);
    assertRefused(() -> approve(authenticator.framed()));
  }

  @Test
  void registration_ofAnotherOrigin_orWithoutVerification_isRefused() {
    assertRefused(() -> register(authenticator.at("http://localhost:7751"), NONE));
    assertRefused(() -> register(authenticator.at(ORIGIN).of("evil.example"), NONE));
    assertRefused(() -> register(authenticator.of("localhost").verifying(false), NONE));
    assertThat(check().active(NAME)).isEmpty();
  }

  @Test
  void registration_isTakenOnce() {
    PasskeyChallenge challenge = enrolments().registration(OWNER);
    String attestation = authenticator.register(challenge.options());
    enrolments().addPasskey(OWNER, challenge.id(), attestation, "one", NONE);

    assertRefused(() -> enrolments().addPasskey(OWNER, challenge.id(), attestation, "two", NONE));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "{}", "[]", "null", "{\"id\":null}", "not json", "{\"id\":\"AA\"}"})
  void malformedAnswers_areRefused(String answer) {
    register(authenticator, NONE);

    PasskeyChallenge challenge = check().challenge(NAME, DIGEST);
    assertRefused(() -> check().passkey(NAME, challenge.id(), answer, DIGEST));
    PasskeyChallenge login = check().loginChallenge();
    assertRefused(() -> check().login(login.id(), answer));
    PasskeyChallenge registration = enrolments().registration(OWNER);
    assertRefused(() ->
        enrolments()
            .addPasskey(OWNER, registration.id(), answer, "x", new FactorProof.ByCode("1")));
  }

  @Test
  void counterThatGoesBack_disablesThePasskey_andIsRecorded() {
    register(authenticator, NONE);
    approve(authenticator.counting(10));
    assertRefused(() -> approve(authenticator.counting(9)));

    assertThat(lastOutcome()).isEqualTo("cloned");
    assertThat(enrolments().passkeys(NAME).getFirst().disabled()).isTrue();
    assertThat(codeOf(() -> check().challenge(NAME, DIGEST)))
        .isEqualTo(ErrorCode.FACTOR_NOT_ENROLLED);
    PasskeyChallenge login = check().loginChallenge();
    assertRefused(
        () -> check().login(login.id(), authenticator.counting(99).answer(login.options())));
  }

  @Test
  void syncedPasskey_withoutACounter_worksAgainAndAgain_andIsMarked() {
    authenticator.synced();
    assertThat(register(authenticator, NONE).backupEligible()).isTrue();

    for (int i = 0; i < 3; i++) {
      approve(authenticator);
    }
    assertThat(enrolments().passkeys(NAME).getFirst().disabled()).isFalse();
  }

  @Test
  void fiveWrongAnswers_lockPasskeys() {
    register(authenticator, NONE);
    authenticator.verifying(false);
    for (int i = 0; i < 5; i++) {
      assertRefused(() -> approve(authenticator));
    }
    authenticator.verifying(true);
    assertRefused(() -> approve(authenticator));
    assertThat(lastOutcome()).isEqualTo("locked");

    broker.clock().advance(Duration.ofMinutes(15));
    approve(authenticator);
  }

  @Test
  void furtherPasskey_takesAProof_byTheFirst() {
    register(authenticator, NONE);
    SoftwareAuthenticator thief = new SoftwareAuthenticator(Algorithm.ES256, ORIGIN);
    assertThat(codeOf(() -> register(thief, NONE))).isEqualTo(ErrorCode.FACTOR_REQUIRED);
    assertThat(codeOf(() -> enrolments().enrolTotp(OWNER, "SHA1", 6, NONE)))
        .isEqualTo(ErrorCode.FACTOR_REQUIRED);

    PasskeyChallenge asked = enrolments().proofChallenge(OWNER);
    FactorProof proof =
        new FactorProof.ByPasskey(asked.id(), authenticator.answer(asked.options()));
    register(new SoftwareAuthenticator(Algorithm.EDDSA, ORIGIN), proof);

    assertThat(enrolments().passkeys(NAME)).hasSize(2);
    assertRefused(() -> register(thief, proof));
  }

  @Test
  void removedPasskey_opensNothing() {
    String id = register(authenticator, NONE).id();
    assertThat(codeOf(() -> enrolments().removePasskey(OWNER, id, NONE)))
        .isEqualTo(ErrorCode.FACTOR_REQUIRED);
    PasskeyChallenge asked = enrolments().proofChallenge(OWNER);
    FactorProof proof =
        new FactorProof.ByPasskey(asked.id(), authenticator.answer(asked.options()));
    PasskeyChallenge login = check().loginChallenge();

    enrolments().removePasskey(OWNER, id, proof);

    assertRefused(() -> check().login(login.id(), authenticator.answer(login.options())));
    assertThat(codeOf(() -> check().challenge(NAME, DIGEST)))
        .isEqualTo(ErrorCode.FACTOR_NOT_ENROLLED);
  }
}
