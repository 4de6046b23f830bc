package io.keymantle.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.keymantle.control.Attempts;
import io.keymantle.control.Invitation;
import io.keymantle.control.SessionKind;
import io.keymantle.control.StoredPerson;
import io.keymantle.control.StoredSession;
import io.keymantle.control.TokenHash;
import io.keymantle.domain.ErrorCode;
import io.keymantle.domain.Person;
import io.keymantle.domain.PersonName;
import io.keymantle.domain.RefusedException;
import io.keymantle.domain.Role;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What every store of people and their sessions must do.
public abstract class PersonStoreContract {
  private static final Instant NOW = TestClock.START;
  private static final PersonName ALICE = new PersonName("alice");
  private static final PersonName BOB = new PersonName("bob");
  private static final TokenHash INVITED = TokenHash.of("kmi_alice");

  private Stores stores = new MemoryStores().ports();

  /// The stores of a new, empty home.
  protected abstract Stores stores();

  @BeforeEach
  void open() {
    stores = stores();
  }

  private static ErrorCode refusal(Runnable work) {
    return catchThrowableOfType(RefusedException.class, work::run).problem().code();
  }

  private static StoredPerson person(PersonName name, boolean disabled) {
    return new StoredPerson(
        new Person(name, Role.APPROVER, NOW, disabled, Optional.of(NOW.plusNanos(1))),
        "$argon2id$" + name,
        Optional.empty());
  }

  private static StoredPerson invited() {
    return new StoredPerson(
        new Person(ALICE, Role.OWNER, NOW, false, Optional.empty()),
        "",
        Optional.of(new Invitation(INVITED, NOW.plus(Duration.ofHours(1)))));
  }

  private static StoredSession session(String token, Optional<PersonName> account, Instant at) {
    return new StoredSession(TokenHash.of(token), account, SessionKind.CONSOLE, at, at);
  }

  private void openSession(StoredSession session) {
    stores.sessions().open(session, Instant.EPOCH);
  }

  @Test
  void addedPeople_readBack_areTheSameByName() {
    stores.people().add(person(BOB, false));
    stores.people().add(invited());

    assertThat(stores.people().all()).containsExactly(invited(), person(BOB, false));
  }

  @Test
  void addingAPersonTwice_isRefused_unlessTheFirstIsDisabled() {
    stores.people().add(person(ALICE, false));
    assertThat(refusal(() -> stores.people().add(invited()))).isEqualTo(ErrorCode.ALREADY_EXISTS);
    assertThat(stores.people().all()).containsExactly(person(ALICE, false));

    stores.people().replace(person(ALICE, true));
    stores.people().add(invited());

    assertThat(stores.people().all()).containsExactly(invited());
  }

  @Test
  void replacedPerson_hasNoSessionAnyMore_andOthersKeepTheirs() {
    stores.people().add(person(ALICE, false));
    stores.people().add(person(BOB, false));
    openSession(session("a", Optional.of(ALICE), NOW));
    StoredSession ofBob = session("b", Optional.of(BOB), NOW);
    StoredSession ofNobody = session("c", Optional.empty(), NOW);
    openSession(ofBob);
    openSession(ofNobody);

    stores.people().replace(person(ALICE, true));

    assertThat(stores.people().all()).containsExactly(person(ALICE, true), person(BOB, false));
    assertThat(stores.sessions().all()).containsExactlyInAnyOrder(ofBob, ofNobody);
    assertThat(refusal(() -> stores.people().replace(person(new PersonName("eve"), false))))
        .isEqualTo(ErrorCode.NOT_FOUND);
  }

  @Test
  void invitation_isSpentOnceInTime_andOnlyItself() {
    stores.people().add(invited());
    TokenHash other = TokenHash.of("kmi_other");
    Instant end = NOW.plus(Duration.ofHours(1));

    assertThat(stores.people().spend(ALICE, other, "hash", NOW)).isFalse();
    assertThat(stores.people().spend(BOB, INVITED, "hash", NOW)).isFalse();
    assertThat(stores.people().spend(ALICE, INVITED, "hash", end)).isFalse();
    assertThat(stores.people().spend(ALICE, INVITED, "hash", end.minusNanos(1))).isTrue();
    assertThat(stores.people().spend(ALICE, INVITED, "again", NOW)).isFalse();

    assertThat(stores.people().all())
        .containsExactly(new StoredPerson(invited().person(), "hash", Optional.empty()));
  }

  @Test
  void invitationSpentByManyAtOnce_isSpentByOne() throws Exception {
    stores.people().add(invited());
    Callable<Boolean> spend = () -> stores.people().spend(ALICE, INVITED, "hash", NOW);
    try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
      int spent = 0;
      for (Future<Boolean> each : threads.invokeAll(List.of(spend, spend, spend, spend))) {
        spent += each.get() ? 1 : 0;
      }
      assertThat(spent).isEqualTo(1);
    }
  }

  @Test
  void login_isRemembered() {
    stores.people().add(person(ALICE, false));
    stores.people().loggedIn(ALICE, NOW.plusSeconds(9));

    assertThat(stores.people().all())
        .extracting(each -> each.person().lastLoginAt())
        .containsExactly(Optional.of(NOW.plusSeconds(9)));
  }

  @Test
  void attempts_arePutReplacedAndForgottenBySubject() {
    Attempts first = new Attempts("x", 1, 0, NOW, Instant.EPOCH);
    Attempts second = new Attempts("x", 0, 1, NOW, NOW.plusSeconds(900));
    Attempts home = new Attempts("", 7, 0, NOW, Instant.EPOCH);
    stores.people().put(first);
    stores.people().put(second);
    stores.people().put(home);
    assertThat(stores.people().attempts()).containsExactlyInAnyOrder(second, home);

    stores.people().forgetAttempts("x");
    stores.people().forgetAttempts("never there");

    assertThat(stores.people().attempts()).containsExactly(home);
  }

  @Test
  void sessions_areOpenedUsedAndClosed_andOldOnesForgotten() {
    StoredSession old = session("old", Optional.of(ALICE), NOW.minusSeconds(10));
    StoredSession fresh = session("fresh", Optional.of(ALICE), NOW);
    openSession(old);
    stores.sessions().open(fresh, NOW.minusSeconds(9));
    stores.sessions().used(fresh.token(), NOW.plusSeconds(5));
    stores.sessions().used(old.token(), NOW.plusSeconds(5));
    assertThat(stores.sessions().all())
        .containsExactly(
            new StoredSession(
                fresh.token(), fresh.account(), fresh.kind(), NOW, NOW.plusSeconds(5)));

    stores.sessions().close(fresh.token());
    stores.sessions().close(fresh.token());

    assertThat(stores.sessions().all()).isEmpty();
  }

  @Test
  void closeAll_endsEverySession() {
    openSession(session("a", Optional.of(ALICE), NOW));
    openSession(session("b", Optional.empty(), NOW));

    stores.sessions().closeAll();

    assertThat(stores.sessions().all()).isEmpty();
  }

  @Test
  void secret_isAbsentUntilItIsPut() {
    assertThat(stores.sessions().secret()).isEmpty();
    stores.sessions().putSecret(new byte[] {1});
    stores.sessions().putSecret(new byte[] {2, 3});
    assertThat(stores.sessions().secret())
        .hasValueSatisfying(secret -> assertThat(secret).containsExactly(2, 3));
  }

  @Test
  void bumpedEpoch_endsSessionsAndVoidsInvitations() {
    stores.people().add(invited());
    stores.people().add(person(BOB, false));
    openSession(session("b", Optional.of(BOB), NOW));

    stores.settings().bumpEpoch(NOW);

    assertThat(stores.sessions().all()).isEmpty();
    assertThat(stores.people().spend(ALICE, INVITED, "hash", NOW)).isFalse();
    assertThat(stores.people().all()).contains(person(BOB, false));
  }
}
