package io.keymantle.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.keymantle.control.Actor;
import io.keymantle.control.NewInvitation;
import io.keymantle.control.PersonSession;
import io.keymantle.control.PersonSessions;
import io.keymantle.control.SessionKind;
import io.keymantle.domain.ErrorCode;
import io.keymantle.domain.LedgerEvent;
import io.keymantle.domain.PersonName;
import io.keymantle.domain.RefusedException;
import io.keymantle.domain.Role;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Sessions of a home, first without accounts and then with them.
final class PersonSessionsTest {
  private static final SessionKind SHORT = SessionKind.COMMAND_LINE;
  private static final String PASSPHRASE = "correct horse";
  private static final String PASSWORD = "staple battery 42";

  @TempDir Path folder;
  private final MemoryStores memory = new MemoryStores();
  private TestBroker broker;

  @BeforeEach
  void open() {
    broker = TestBroker.over(folder, memory, access(PASSPHRASE));
  }

  private static TestBroker.Access access(String passphrase) {
    return new TestBroker.Access(passphrase, new QuickPasswords(), true, Optional.empty());
  }

  @AfterEach
  void close() {
    broker.close();
  }

  private PersonSessions sessions() {
    return broker.control().sessions();
  }

  private static char[] text(String text) {
    return text.toCharArray();
  }

  private static ErrorCode refusal(Runnable work) {
    return catchThrowableOfType(RefusedException.class, work::run).problem().code();
  }

  private PersonSession bootstrapped() {
    assertThat(broker.control().people().bootstrap(text(PASSWORD))).isTrue();
    return sessions().logIn("owner", text(PASSWORD), "", SHORT);
  }

  private PersonSession added(String name, Role role, Actor.Person by) {
    NewInvitation made = broker.control().people().add(by, new PersonName(name), role);
    return sessions().setUp(made.token(), text(PASSWORD), Optional.empty(), SHORT);
  }

  @Test
  void session_livesFifteenMinutesAndNoLonger() {
    PersonSession session = sessions().open(text(PASSPHRASE), SHORT);
    assertThat(session.token()).matches("kms_[0-9A-Za-z]{40}");

    broker.clock().advance(Duration.ofMinutes(15).minusMillis(1));
    assertThat(sessions().require(session.token())).isEqualTo(Actor.Person.OWNER);
    broker.clock().advance(Duration.ofMillis(1));
    assertThat(refusal(() -> sessions().require(session.token())))
        .isEqualTo(ErrorCode.SESSION_REQUIRED);
  }

  @Test
  void consoleSession_livesTwelveHoursInUse_andThirtyMinutesWithout() {
    PersonSession used = sessions().open(text(PASSPHRASE), SessionKind.CONSOLE);
    PersonSession idle = sessions().open(text(PASSPHRASE), SessionKind.CONSOLE);
    for (int i = 0; i < 24; i++) {
      broker.clock().advance(Duration.ofMinutes(29));
      assertThat(sessions().require(used.token())).isEqualTo(Actor.Person.OWNER);
    }
    assertThat(refusal(() -> sessions().require(idle.token())))
        .isEqualTo(ErrorCode.SESSION_REQUIRED);

    broker.clock().advance(Duration.ofMinutes(24));
    assertThat(refusal(() -> sessions().require(used.token())))
        .isEqualTo(ErrorCode.SESSION_REQUIRED);
  }

  @Test
  void clockSetBack_endsTheSession() {
    PersonSession session = sessions().open(text(PASSPHRASE), SHORT);
    broker.clock().advance(Duration.ofSeconds(-59));
    assertThat(sessions().require(session.token())).isEqualTo(Actor.Person.OWNER);
    broker.clock().advance(Duration.ofMinutes(-5));
    assertThat(refusal(() -> sessions().require(session.token())))
        .isEqualTo(ErrorCode.SESSION_REQUIRED);
  }

  @Test
  void closedSession_isOver() {
    PersonSession session = sessions().open(text(PASSPHRASE), SHORT);
    sessions().close(session.token());
    assertThat(refusal(() -> sessions().require(session.token())))
        .isEqualTo(ErrorCode.SESSION_REQUIRED);
  }

  @Test
  void session_outlivesTheBroker_andItsEndDoesToo() {
    PersonSession kept = sessions().open(text(PASSPHRASE), SHORT);
    PersonSession closed = sessions().open(text(PASSPHRASE), SHORT);
    sessions().close(closed.token());

    broker = broker.restart();

    assertThat(sessions().require(kept.token())).isEqualTo(Actor.Person.OWNER);
    assertThat(refusal(() -> sessions().require(closed.token())))
        .isEqualTo(ErrorCode.SESSION_REQUIRED);
  }

  @Test
  void agentTokenOrNothing_isNoSession() {
    assertThat(refusal(() -> sessions().require(""))).isEqualTo(ErrorCode.SESSION_REQUIRED);
    assertThat(refusal(() -> sessions().require("kma_" + "a".repeat(40))))
        .isEqualTo(ErrorCode.SESSION_REQUIRED);
  }

  @Test
  void fiveWrongPassphrases_pauseEvenTheRightOne() {
    for (int i = 0; i < 5; i++) {
      assertThat(refusal(() -> sessions().open(text("wrong"), SHORT)))
          .isEqualTo(ErrorCode.WRONG_KEY);
    }
    assertThat(refusal(() -> sessions().open(text(PASSPHRASE), SHORT)))
        .isEqualTo(ErrorCode.RATE_LIMITED);
    broker.clock().advance(Duration.ofSeconds(30));
    assertThat(sessions().open(text(PASSPHRASE), SHORT).token()).startsWith("kms_");
  }

  @Test
  void homeWithoutPassphraseOrAccounts_acceptsItsOwner() {
    broker = broker.restart(access(""));

    assertThat(sessions().require("")).isEqualTo(Actor.Person.OWNER);
  }

  @Test
  void firstAccount_endsTheHomesOwnSessions_alsoWithoutAPassphrase() {
    PersonSession before = sessions().open(text(PASSPHRASE), SHORT);

    PersonSession owner = bootstrapped();

    assertThat(sessions().require(owner.token())).isEqualTo(new Actor.Person("owner", Role.OWNER));
    assertThat(refusal(() -> sessions().require(before.token())))
        .isEqualTo(ErrorCode.SESSION_REQUIRED);
    assertThat(refusal(() -> sessions().open(text(PASSPHRASE), SHORT)))
        .isEqualTo(ErrorCode.SESSION_REQUIRED);
    broker = broker.restart(access(""));
    assertThat(refusal(() -> sessions().require(""))).isEqualTo(ErrorCode.SESSION_REQUIRED);
    assertThat(sessions().require(owner.token()).name()).isEqualTo("owner");
  }

  @Test
  void role_isReadFromTheAccountAtEachCall() {
    Actor.Person owner = bootstrapped().person();
    PersonSession alice = added("alice", Role.OWNER, owner);
    assertThat(alice.person().role()).isEqualTo(Role.OWNER);

    broker.control().people().changeRole(owner, new PersonName("alice"), Role.AUDITOR);

    assertThat(refusal(() -> sessions().require(alice.token())))
        .isEqualTo(ErrorCode.SESSION_REQUIRED);
    PersonSession again = sessions().logIn("alice", text(PASSWORD), "", SHORT);
    assertThat(sessions().require(again.token()).role()).isEqualTo(Role.AUDITOR);
  }

  @Test
  void removedPerson_hasNoSessionAndCannotLogIn() {
    Actor.Person owner = bootstrapped().person();
    PersonSession bob = added("bob", Role.APPROVER, owner);

    broker.control().people().remove(owner, new PersonName("bob"));

    assertThat(refusal(() -> sessions().require(bob.token())))
        .isEqualTo(ErrorCode.SESSION_REQUIRED);
    assertThat(refusal(() -> sessions().logIn("bob", text(PASSWORD), "", SHORT)))
        .isEqualTo(ErrorCode.WRONG_KEY);
  }

  @Test
  void newPassword_endsEverySessionButTheNewOne() {
    PersonSession first = bootstrapped();
    PersonSession second = sessions().logIn("owner", text(PASSWORD), "", SHORT);

    PersonSession third =
        sessions().changePassword(first.token(), text(PASSWORD), text("another one 43"));

    assertThat(sessions().require(third.token()).name()).isEqualTo("owner");
    for (PersonSession old : new PersonSession[] {first, second}) {
      assertThat(refusal(() -> sessions().require(old.token())))
          .isEqualTo(ErrorCode.SESSION_REQUIRED);
    }
    assertThat(refusal(() -> sessions().logIn("owner", text(PASSWORD), "", SHORT)))
        .isEqualTo(ErrorCode.WRONG_KEY);
    assertThat(sessions().logIn("owner", text("another one 43"), "", SHORT).token())
        .startsWith("kms_");
  }

  @Test
  void csrfToken_isOfOneSessionAndOneSecret() {
    PersonSession one = bootstrapped();
    PersonSession other = sessions().logIn("owner", text(PASSWORD), "", SHORT);
    String csrf = sessions().csrf(one.token());

    assertThat(csrf).hasSize(43).isNotEqualTo(sessions().csrf(other.token()));
    broker = broker.restart();
    assertThat(sessions().csrf(one.token())).isEqualTo(csrf);
    assertThat(csrf).doesNotContain(one.token());
  }

  @Test
  void attempts_areRecordedWithoutTokenPassphraseOrTypedName() {
    refusal(() -> sessions().open(text("wrong-passphrase"), SHORT));
    PersonSession session = bootstrapped();
    refusal(() -> sessions().logIn("owner", text("wrong-password"), "", SHORT));
    refusal(() -> sessions().logIn("password-as-name", text("x"), "", SHORT));

    assertThat(broker.ledger().events())
        .filteredOn(each -> each.kind() == LedgerEvent.Kind.SESSION)
        .extracting(each -> each.actor() + " " + each.result() + " " + each.code())
        .containsExactly(
            "person:owner refused wrong_key",
            "person:owner ok ",
            "person:owner refused wrong_key",
            "broker refused wrong_key");
    assertThat(broker.ledger().events().toString())
        .doesNotContain("kms_", "wrong-pass", "password-as-name", PASSWORD);
    assertThat(memory.ports().people().attempts().toString()).doesNotContain("password-as-name");
    assertThat(session.toString()).doesNotContain("kms_");
  }
}
