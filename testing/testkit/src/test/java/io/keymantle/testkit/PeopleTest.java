package io.keymantle.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.keymantle.control.Actor;
import io.keymantle.control.NewInvitation;
import io.keymantle.control.People;
import io.keymantle.control.PersonSession;
import io.keymantle.control.SessionKind;
import io.keymantle.domain.ErrorCode;
import io.keymantle.domain.LedgerEvent;
import io.keymantle.domain.Person;
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

final class PeopleTest {
  private static final PersonName ALICE = new PersonName("alice");
  private static final String PASSWORD = "staple battery 42";

  @TempDir Path folder;
  private final MemoryStores memory = new MemoryStores();
  private TestBroker broker;

  @BeforeEach
  void open() {
    broker = TestBroker.over(folder, memory, TestBroker.Access.WITH_FACTORS);
  }

  @AfterEach
  void close() {
    broker.close();
  }

  private People people() {
    return broker.control().people();
  }

  private PersonSession setUp(NewInvitation made, String password) {
    return broker
        .control()
        .sessions()
        .setUp(made.token(), password.toCharArray(), Optional.empty(), SessionKind.COMMAND_LINE);
  }

  private Actor.Person owner() {
    return setUp(people().inviteFirstOwner(), PASSWORD).person();
  }

  private static ErrorCode refusal(Runnable work) {
    return catchThrowableOfType(RefusedException.class, work::run).problem().code();
  }

  @Test
  void firstPerson_isAnOwner() {
    assertThat(refusal(() -> people().add(Actor.Person.OWNER, ALICE, Role.APPROVER)))
        .isEqualTo(ErrorCode.CONFLICT);
    assertThat(people().list()).isEmpty();

    setUp(people().add(Actor.Person.OWNER, ALICE, Role.OWNER), PASSWORD);

    assertThat(people().exist()).isTrue();
  }

  @Test
  void invitedPerson_isNobodyYet() {
    NewInvitation made = people().add(Actor.Person.OWNER, ALICE, Role.OWNER);

    assertThat(people().exist()).isFalse();
    assertThat(people().isInvited(ALICE)).isTrue();
    assertThat(broker.control().sessions().require("")).isEqualTo(Actor.Person.OWNER);
    assertThat(made.token()).matches("kmi_[0-9A-Za-z]{40}");
    assertThat(made.toString()).doesNotContain("kmi_");
    assertThat(memory.ports().people().all().toString()).doesNotContain(made.token());
  }

  @Test
  void firstOwner_choosesTheirName() {
    NewInvitation made = people().inviteFirstOwner();
    PersonSession session =
        broker
            .control()
            .sessions()
            .setUp(
                made.token(), PASSWORD.toCharArray(), Optional.of(ALICE), SessionKind.COMMAND_LINE);

    assertThat(session.person()).isEqualTo(new Actor.Person("alice", Role.OWNER));
    assertThat(people().firstOwnerInvitation()).isEmpty();
  }

  @Test
  void firstOwnerInvitation_isVoidAfterAnHour_afterAnotherOne_andOnceThereIsAnOwner() {
    NewInvitation first = people().inviteFirstOwner();
    NewInvitation second = people().inviteFirstOwner();
    assertThat(refusal(() -> setUp(first, PASSWORD))).isEqualTo(ErrorCode.FORBIDDEN);
    assertThat(people().firstOwnerInvitation()).contains(second);
    broker.clock().advance(Duration.ofHours(1));
    assertThat(people().firstOwnerInvitation()).isEmpty();
    assertThat(refusal(() -> setUp(second, PASSWORD))).isEqualTo(ErrorCode.FORBIDDEN);

    NewInvitation third = people().inviteFirstOwner();
    assertThat(people().bootstrap(PASSWORD.toCharArray())).isTrue();

    assertThat(refusal(() -> setUp(third, PASSWORD))).isEqualTo(ErrorCode.FORBIDDEN);
    assertThat(refusal(people()::inviteFirstOwner)).isEqualTo(ErrorCode.ALREADY_EXISTS);
    assertThat(people().bootstrap(PASSWORD.toCharArray())).isFalse();
  }

  @Test
  void setupLink_usedTwice_worksOnce() {
    Actor.Person owner = owner();
    NewInvitation made = people().add(owner, ALICE, Role.APPROVER);
    PersonSession first = setUp(made, PASSWORD);

    assertThat(refusal(() -> setUp(made, "the thief's own one"))).isEqualTo(ErrorCode.FORBIDDEN);

    assertThat(broker.control().sessions().require(first.token()).name()).isEqualTo("alice");
  }

  @Test
  void weakPassword_leavesTheInvitation() {
    NewInvitation made = people().add(owner(), ALICE, Role.APPROVER);

    assertThat(refusal(() -> setUp(made, "eleven long"))).isEqualTo(ErrorCode.WEAK_SECRET);
    assertThat(refusal(() -> setUp(made, "x".repeat(257)))).isEqualTo(ErrorCode.WEAK_SECRET);
    assertThat(setUp(made, "twelve  long").person().name()).isEqualTo("alice");
  }

  @Test
  void invitation_isVoidAfterAnHour_andOnceItsPersonIsRemoved() {
    Actor.Person owner = owner();
    NewInvitation late = people().add(owner, ALICE, Role.APPROVER);
    broker.clock().advance(Duration.ofHours(1));
    assertThat(refusal(() -> setUp(late, PASSWORD))).isEqualTo(ErrorCode.FORBIDDEN);

    NewInvitation fresh = people().reset(owner, ALICE);
    people().remove(owner, ALICE);

    assertThat(refusal(() -> setUp(fresh, PASSWORD))).isEqualTo(ErrorCode.FORBIDDEN);
  }

  @Test
  void resetPerson_hasNeitherSessionNorPasswordUntilTheyChooseOne() {
    Actor.Person owner = owner();
    PersonSession before = setUp(people().add(owner, ALICE, Role.APPROVER), PASSWORD);

    NewInvitation made = people().reset(owner, ALICE);

    assertThat(refusal(() -> broker.control().sessions().require(before.token())))
        .isEqualTo(ErrorCode.SESSION_REQUIRED);
    assertThat(
            refusal(() ->
                broker
                    .control()
                    .sessions()
                    .logIn("alice", PASSWORD.toCharArray(), "", SessionKind.CONSOLE)))
        .isEqualTo(ErrorCode.WRONG_KEY);
    assertThat(setUp(made, "something else 44").person().name()).isEqualTo("alice");
  }

  @Test
  void lastOwner_canNeitherLeaveNorBecomeSomethingElseNorStartAnew() {
    Actor.Person owner = owner();
    setUp(people().add(owner, ALICE, Role.APPROVER), PASSWORD);

    assertThat(refusal(() -> people().remove(owner, People.FIRST))).isEqualTo(ErrorCode.CONFLICT);
    assertThat(refusal(() -> people().changeRole(owner, People.FIRST, Role.AUDITOR)))
        .isEqualTo(ErrorCode.CONFLICT);
    assertThat(refusal(() -> people().reset(owner, People.FIRST))).isEqualTo(ErrorCode.CONFLICT);

    people().changeRole(owner, ALICE, Role.OWNER);
    people().remove(owner, People.FIRST);

    assertThat(people().list())
        .filteredOn(each -> !each.disabled())
        .extracting(Person::name)
        .containsExactly(ALICE);
  }

  @Test
  void onlyOwnerWhoIsLockedOut_isLetInAgainByWhoeverOpensTheHome_asNobodyElseIs() {
    Actor.Person owner = owner();
    setUp(people().add(owner, ALICE, Role.APPROVER), PASSWORD);
    assertThat(refusal(() -> people().recover(ALICE))).isEqualTo(ErrorCode.CONFLICT);
    assertThat(refusal(() -> people().recover(new PersonName("nobody"))))
        .isEqualTo(ErrorCode.NOT_FOUND);

    NewInvitation made = people().recover(People.FIRST);

    assertThat(
            refusal(() ->
                broker
                    .control()
                    .sessions()
                    .logIn("owner", PASSWORD.toCharArray(), "", SessionKind.CONSOLE)))
        .isEqualTo(ErrorCode.WRONG_KEY);
    assertThat(setUp(made, "something else 44").person().role()).isEqualTo(Role.OWNER);
    assertThat(broker.ledger().events(LedgerEvent.Kind.PERSON, LedgerEvent.Phase.OUTCOME))
        .anyMatch(
            each -> each.actor().equals("broker") && "recover".equals(each.detail().get("verb")));
  }

  @Test
  void removedName_canBeGivenAgain_andOldSessionsStayDead() {
    Actor.Person owner = owner();
    PersonSession before = setUp(people().add(owner, ALICE, Role.OWNER), PASSWORD);
    people().remove(owner, ALICE);

    setUp(people().add(owner, ALICE, Role.AUDITOR), PASSWORD);

    assertThat(refusal(() -> broker.control().sessions().require(before.token())))
        .isEqualTo(ErrorCode.SESSION_REQUIRED);
    assertThat(people().show(ALICE).role()).isEqualTo(Role.AUDITOR);
  }

  @Test
  void changes_areInTheLedger_withIntentAndOutcome() {
    Actor.Person owner = owner();
    setUp(people().add(owner, ALICE, Role.APPROVER), PASSWORD);
    people().changeRole(owner, ALICE, Role.OWNER);
    people().reset(owner, ALICE);
    people().remove(owner, ALICE);

    for (LedgerEvent.Phase phase :
        new LedgerEvent.Phase[] {LedgerEvent.Phase.INTENT, LedgerEvent.Phase.OUTCOME}) {
      assertThat(broker.ledger().events(LedgerEvent.Kind.PERSON, phase))
          .extracting(each -> each.actor() + " " + each.detail().get("verb"))
          .containsExactly(
              "broker set-up",
              "person:owner add",
              "broker set-up",
              "person:owner role",
              "person:owner reset",
              "person:owner remove");
    }
    assertThat(broker.ledger().events().toString()).doesNotContain("kmi_", PASSWORD, "argon2");
  }

  @Test
  void failingStore_changesNothing() {
    Actor.Person owner = owner();
    setUp(people().add(owner, ALICE, Role.APPROVER), PASSWORD);
    memory.failing(true);

    assertThat(refusal(() -> people().remove(owner, ALICE))).isEqualTo(ErrorCode.STORE_UNAVAILABLE);

    assertThat(people().show(ALICE).disabled()).isFalse();
    memory.failing(false);
    broker = broker.restart();
    assertThat(people().show(ALICE).role()).isEqualTo(Role.APPROVER);
  }
}
