package io.keymantle.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.keymantle.control.TokenHash;
import io.keymantle.domain.ErrorCode;
import io.keymantle.domain.PersonName;
import io.keymantle.domain.RefusedException;
import io.keymantle.factors.FactorStore;
import io.keymantle.factors.Gate;
import io.keymantle.factors.GateName;
import io.keymantle.factors.Outcome;
import io.keymantle.factors.StoredPasskey;
import io.keymantle.factors.StoredTotp;
import io.keymantle.otp.OtpAlgorithm;
import io.keymantle.otp.Totp;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What every store of factors must do.
public abstract class FactorStoreContract {
  private static final PersonName ALICE = new PersonName("alice");
  private static final PersonName BOB = new PersonName("bob");
  private static final Instant NOW = TestClock.START;
  private static final Set<TokenHash> CODES = Set.of(TokenHash.of("one"), TokenHash.of("two"));

  private Stores stores = new MemoryStores().ports();
  private FactorStore factors = stores.factors();

  /// The stores of a new, empty home.
  protected abstract Stores stores();

  @BeforeEach
  void open() {
    stores = stores();
    factors = stores.factors();
  }

  private static StoredTotp seed(PersonName person, long version, boolean proven) {
    return new StoredTotp(
        person,
        version,
        new Totp(OtpAlgorithm.SHA256, 8),
        Samples.value("seed " + version),
        false,
        proven,
        NOW,
        0,
        0);
  }

  private static StoredPasskey passkey(String id, long counter) {
    return new StoredPasskey(
        id, ALICE, "laptop", "attested", counter, true, false, NOW, Optional.empty());
  }

  private void enrol(PersonName person, long step) {
    long version = factors.nextTotpVersion(person);
    factors.proposeTotp(seed(person, version, true));
    assertThat(factors.confirmTotp(person, version, step, 0, CODES)).isTrue();
  }

  private Outcome tryStep(long step, Instant now) {
    return factors.tryStep(ALICE, 1, OptionalLong.of(step), 0, now);
  }

  private Outcome tryWrong(Instant now) {
    return factors.tryStep(ALICE, 1, OptionalLong.empty(), 0, now);
  }

  @Test
  void proposedSeed_isNotActive_untilConfirmed() {
    StoredTotp seed = seed(ALICE, factors.nextTotpVersion(ALICE), false);
    factors.proposeTotp(seed);

    assertThat(factors.activeTotp(ALICE)).isEmpty();
    assertThat(factors.proposedTotp(ALICE)).contains(seed);
    assertThat(tryStep(9, NOW)).isNotEqualTo(Outcome.ACCEPT);

    assertThat(factors.confirmTotp(ALICE, 1, 100, -1, CODES)).isTrue();
    StoredTotp active = factors.activeTotp(ALICE).orElseThrow();
    assertThat(active.active()).isTrue();
    assertThat(active.lastStep()).isEqualTo(100);
    assertThat(active.drift()).isEqualTo(-1);
    assertThat(active.totp()).isEqualTo(seed.totp());
    assertThat(active.seed()).isEqualTo(seed.seed());
    assertThat(active.createdAt()).isEqualTo(NOW);
    assertThat(factors.proposedTotp(ALICE)).isEmpty();
    assertThat(factors.recoveryCodes(ALICE)).isEqualTo(2);
    assertThat(factors.activeTotp(BOB)).isEmpty();
  }

  @Test
  void laterProposal_replacesAnEarlierOne_andTheActiveSeedOnlyWhenConfirmed() {
    enrol(ALICE, 1);
    factors.proposeTotp(seed(ALICE, factors.nextTotpVersion(ALICE), true));
    factors.proposeTotp(seed(ALICE, factors.nextTotpVersion(ALICE), true));

    assertThat(factors.activeTotp(ALICE).orElseThrow().version()).isEqualTo(1);
    assertThat(factors.confirmTotp(ALICE, 2, 5, 0, CODES)).isFalse();
    assertThat(factors.activeTotp(ALICE).orElseThrow().version()).isEqualTo(1);
    assertThat(factors.confirmTotp(ALICE, 3, 5, 0, CODES)).isTrue();
    assertThat(factors.activeTotp(ALICE).orElseThrow().version()).isEqualTo(3);
    assertThat(factors.confirmTotp(ALICE, 3, 5, 0, CODES)).isFalse();
  }

  @Test
  void seedProposedWithoutProof_isNotConfirmed_onceThereIsAFactor() {
    factors.proposeTotp(seed(ALICE, factors.nextTotpVersion(ALICE), false));
    assertThat(factors.addPasskey(passkey("a", 0), false)).isTrue();

    assertThat(factors.confirmTotp(ALICE, 1, 5, 0, CODES)).isFalse();
    assertThat(factors.activeTotp(ALICE)).isEmpty();
    assertThat(factors.addPasskey(passkey("b", 0), false)).isFalse();
    assertThat(factors.addPasskey(passkey("b", 0), true)).isTrue();
  }

  @Test
  void step_countsOnce_andNoneBeforeIt() {
    enrol(ALICE, 100);

    assertThat(tryStep(100, NOW)).isEqualTo(Outcome.REPLAY);
    assertThat(tryStep(99, NOW)).isEqualTo(Outcome.REPLAY);
    assertThat(factors.tryStep(ALICE, 1, OptionalLong.of(102), 1, NOW)).isEqualTo(Outcome.ACCEPT);
    assertThat(tryStep(101, NOW)).isEqualTo(Outcome.REPLAY);
    assertThat(tryStep(102, NOW)).isEqualTo(Outcome.REPLAY);
    assertThat(factors.activeTotp(ALICE).orElseThrow().drift()).isEqualTo(1);
    assertThat(tryStep(103, NOW)).isEqualTo(Outcome.ACCEPT);
  }

  @Test
  void oneCode_isAcceptedByOneOfManyTriesAtOnce() throws Exception {
    enrol(ALICE, 100);
    try (ExecutorService threads = Executors.newFixedThreadPool(8)) {
      Callable<Outcome> take = () -> tryStep(101, NOW);
      List<Outcome> outcomes =
          threads.invokeAll(Collections.nCopies(50, take)).stream().map(Future::resultNow).toList();

      assertThat(outcomes).containsOnlyOnce(Outcome.ACCEPT);
      assertThat(Collections.frequency(outcomes, Outcome.REPLAY)).isEqualTo(49);
    }
  }

  @Test
  void manyWrongTriesAtOnce_areCounted_andNoMoreThanFiveAreLookedAt() throws Exception {
    enrol(ALICE, 100);
    try (ExecutorService threads = Executors.newFixedThreadPool(8)) {
      Callable<Outcome> take = () -> tryWrong(NOW);
      List<Outcome> outcomes =
          threads.invokeAll(Collections.nCopies(50, take)).stream().map(Future::resultNow).toList();

      assertThat(Collections.frequency(outcomes, Outcome.INVALID)).isEqualTo(5);
      assertThat(Collections.frequency(outcomes, Outcome.LOCKED)).isEqualTo(45);
      assertThat(factors.gate(ALICE, GateName.TOTP).tries()).isEqualTo(50);
    }
  }

  @Test
  void closedGate_refusesTheRightCode_andOpensAgain() {
    enrol(ALICE, 100);
    for (int i = 0; i < 5; i++) {
      assertThat(tryWrong(NOW)).isEqualTo(Outcome.INVALID);
    }

    assertThat(tryStep(101, NOW)).isEqualTo(Outcome.LOCKED);
    assertThat(factors.gate(ALICE, GateName.PASSKEY)).isEqualTo(Gate.NEW);
    assertThat(factors.gate(BOB, GateName.TOTP)).isEqualTo(Gate.NEW);
    Instant later = NOW.plus(Duration.ofMinutes(15));
    assertThat(tryStep(131, later)).isEqualTo(Outcome.ACCEPT);
    assertThat(factors.gate(ALICE, GateName.TOTP)).isEqualTo(new Gate(7, 0, Instant.EPOCH));
  }

  @Test
  void confirmation_opensTheGate_andReplacesRecoveryCodes() {
    enrol(ALICE, 100);
    for (int i = 0; i < 5; i++) {
      tryWrong(NOW);
    }
    long version = factors.nextTotpVersion(ALICE);
    factors.proposeTotp(seed(ALICE, version, true));
    factors.confirmTotp(ALICE, version, 100, 0, Set.of(TokenHash.of("three")));

    assertThat(factors.gate(ALICE, GateName.TOTP)).isEqualTo(Gate.NEW);
    assertThat(factors.recoveryCodes(ALICE)).isEqualTo(1);
    assertThat(factors.tryRecoveryCode(ALICE, TokenHash.of("one"), NOW)).isEqualTo(Outcome.INVALID);
  }

  @Test
  void recoveryCode_countsOnce_forItsPersonOnly() {
    enrol(ALICE, 100);
    TokenHash one = TokenHash.of("one");

    assertThat(factors.tryRecoveryCode(BOB, one, NOW)).isEqualTo(Outcome.INVALID);
    assertThat(factors.tryRecoveryCode(ALICE, one, NOW)).isEqualTo(Outcome.ACCEPT);
    assertThat(factors.tryRecoveryCode(ALICE, one, NOW)).isEqualTo(Outcome.INVALID);
    assertThat(factors.recoveryCodes(ALICE)).isEqualTo(1);
    factors.replaceRecoveryCodes(ALICE, Set.of(one));
    assertThat(factors.tryRecoveryCode(ALICE, one, NOW)).isEqualTo(Outcome.ACCEPT);
  }

  @Test
  void passkey_readsBack_andItsCounterOnlyGrows() {
    factors.addPasskey(passkey("a", 5), false);
    assertThat(factors.passkey("a")).contains(passkey("a", 5));
    assertThat(
            catchThrowableOfType(
                    RefusedException.class, () -> factors.addPasskey(passkey("a", 5), true))
                .problem()
                .code())
        .isEqualTo(ErrorCode.ALREADY_EXISTS);

    assertThat(factors.tryPasskey(ALICE, "a", OptionalLong.of(6), NOW)).isEqualTo(Outcome.ACCEPT);
    assertThat(factors.passkeys(ALICE).getFirst().usedAt()).contains(NOW);
    assertThat(factors.tryPasskey(BOB, "a", OptionalLong.of(7), NOW)).isEqualTo(Outcome.INVALID);
    assertThat(factors.tryPasskey(ALICE, "a", OptionalLong.empty(), NOW))
        .isEqualTo(Outcome.INVALID);
    assertThat(factors.tryPasskey(ALICE, "none", OptionalLong.of(7), NOW))
        .isEqualTo(Outcome.INVALID);
    assertThat(factors.tryPasskey(ALICE, "a", OptionalLong.of(6), NOW)).isEqualTo(Outcome.CLONED);
    assertThat(factors.passkey("a").orElseThrow().disabled()).isTrue();
    assertThat(factors.tryPasskey(ALICE, "a", OptionalLong.of(99), NOW))
        .isNotEqualTo(Outcome.ACCEPT);
  }

  @Test
  void passkeyWithoutACounter_alwaysSendsZero() {
    factors.addPasskey(passkey("a", 0), false);

    for (int i = 0; i < 3; i++) {
      assertThat(factors.tryPasskey(ALICE, "a", OptionalLong.of(0), NOW)).isEqualTo(Outcome.ACCEPT);
    }
    assertThat(factors.tryPasskey(ALICE, "a", OptionalLong.of(1), NOW)).isEqualTo(Outcome.ACCEPT);
    assertThat(factors.tryPasskey(ALICE, "a", OptionalLong.of(0), NOW)).isEqualTo(Outcome.CLONED);
  }

  @Test
  void userHandle_staysTheFirst() {
    assertThat(factors.userHandle(ALICE)).isEmpty();
    assertThat(factors.assignUserHandle(ALICE, "first")).isEqualTo("first");
    assertThat(factors.assignUserHandle(ALICE, "second")).isEqualTo("first");
    assertThat(factors.userHandle(ALICE)).contains("first");
    assertThat(factors.userHandle(BOB)).isEmpty();
  }

  @Test
  void lastFactorThatGoes_takesTheRecoveryCodesWithIt() {
    enrol(ALICE, 1);
    factors.addPasskey(passkey("a", 0), true);

    factors.removeTotp(ALICE);
    assertThat(factors.activeTotp(ALICE)).isEmpty();
    assertThat(factors.recoveryCodes(ALICE)).isEqualTo(2);

    assertThat(factors.removePasskey(BOB, "a")).isFalse();
    assertThat(factors.removePasskey(ALICE, "a")).isTrue();
    assertThat(factors.passkeys(ALICE)).isEmpty();
    assertThat(factors.recoveryCodes(ALICE)).isZero();
  }

  @Test
  void forgottenPerson_hasNothing_butNeverTheSameSeedVersionAgain() {
    enrol(ALICE, 1);
    enrol(BOB, 1);
    factors.addPasskey(passkey("a", 0), true);
    factors.assignUserHandle(ALICE, "first");
    tryWrong(NOW);

    factors.forget(ALICE);

    assertThat(factors.activeTotp(ALICE)).isEmpty();
    assertThat(factors.passkeys(ALICE)).isEmpty();
    assertThat(factors.recoveryCodes(ALICE)).isZero();
    assertThat(factors.userHandle(ALICE)).isEmpty();
    assertThat(factors.gate(ALICE, GateName.TOTP)).isEqualTo(Gate.NEW);
    assertThat(factors.nextTotpVersion(ALICE)).isEqualTo(2);
    assertThat(factors.activeTotp(BOB)).isPresent();
  }

  @Test
  void newEpoch_spendsTheCodesOfItsMoment() {
    enrol(ALICE, 1);
    long now = Totp.stepAt(NOW);

    stores.settings().bumpEpoch(NOW);

    assertThat(tryStep(now, NOW)).isEqualTo(Outcome.REPLAY);
    assertThat(tryStep(FactorStore.latestStep(NOW), NOW)).isEqualTo(Outcome.REPLAY);
    assertThat(tryStep(FactorStore.latestStep(NOW) + 1, NOW)).isEqualTo(Outcome.ACCEPT);
  }
}
