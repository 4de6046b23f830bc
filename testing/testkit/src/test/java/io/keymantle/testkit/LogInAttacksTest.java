package io.keymantle.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.keymantle.control.Actor;
import io.keymantle.control.NewInvitation;
import io.keymantle.control.PasswordHashes;
import io.keymantle.control.PersonSession;
import io.keymantle.control.PersonSessions;
import io.keymantle.control.SessionKind;
import io.keymantle.control.SessionSecret;
import io.keymantle.domain.ErrorCode;
import io.keymantle.domain.PersonName;
import io.keymantle.domain.Problem;
import io.keymantle.domain.RefusedException;
import io.keymantle.domain.Role;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What somebody without a password, or with a stolen piece, tries.
final class LogInAttacksTest {
  private static final SessionKind KIND = SessionKind.CONSOLE;
  private static final String PASSWORD = "staple battery 42";
  private static final String WRONG = "letmein letmein 1";

  @TempDir Path folder;
  private final MemoryStores memory = new MemoryStores();
  private final CountingPasswords passwords = new CountingPasswords();
  private TestBroker broker;
  private Actor.Person owner;

  @BeforeEach
  void open() {
    broker = TestBroker.over(folder, memory, access(Optional.empty()));
    NewInvitation made = broker.control().people().inviteFirstOwner();
    owner = sessions().setUp(made.token(), text(PASSWORD), Optional.empty(), KIND).person();
    person("alice", Role.APPROVER);
  }

  private TestBroker.Access access(Optional<String> secret) {
    return new TestBroker.Access("", passwords, true, secret.map(SessionSecret::chosen));
  }

  @AfterEach
  void close() {
    broker.close();
  }

  private PersonSessions sessions() {
    return broker.control().sessions();
  }

  private PersonSession person(String name, Role role) {
    NewInvitation made = broker.control().people().add(owner, new PersonName(name), role);
    return sessions().setUp(made.token(), text(PASSWORD), Optional.empty(), KIND);
  }

  private static char[] text(String text) {
    return text.toCharArray();
  }

  private Problem refused(String name, String password) {
    return refusal(() -> sessions().logIn(name, text(password), "", KIND));
  }

  private static Problem refusal(Runnable work) {
    return catchThrowableOfType(RefusedException.class, work::run).problem();
  }

  private void isDead(String token) {
    assertThat(refusal(() -> sessions().require(token)).code())
        .isEqualTo(ErrorCode.SESSION_REQUIRED);
  }

  @Test
  void sessionFixation_tokenOfTheAttackersChoice_isNeverASession() {
    String planted = "kms_" + "A".repeat(40);
    isDead(planted);

    PersonSession first = sessions().logIn("alice", text(PASSWORD), "", KIND);
    PersonSession second = sessions().logIn("alice", text(PASSWORD), "", KIND);

    assertThat(List.of(first.token(), second.token()))
        .doesNotContain(planted)
        .doesNotHaveDuplicates();
    isDead(planted);
  }

  @Test
  void sessionFixation_privilegeChange_leavesNoSessionOfBefore() {
    PersonSession before = sessions().logIn("alice", text(PASSWORD), "", KIND);

    broker.control().people().changeRole(owner, new PersonName("alice"), Role.OWNER);

    isDead(before.token());
    assertThat(sessions().logIn("alice", text(PASSWORD), "", KIND).token())
        .isNotEqualTo(before.token());
  }

  @Test
  void stolenStore_makesNoSession_andNoCsrfToken() {
    PersonSession session = sessions().logIn("alice", text(PASSWORD), "", KIND);

    for (var stored : memory.ports().sessions().all()) {
      isDead(stored.token().toString());
      isDead(new String(stored.token().bytes(), java.nio.charset.StandardCharsets.ISO_8859_1));
      assertThat(stored.toString())
          .doesNotContain(session.token(), sessions().csrf(session.token()));
    }
  }

  @Test
  void bruteForce_ofOneName_isLockedAfterFive_forQuarterAnHour_thenTwiceAsLong() {
    for (int i = 0; i < 5; i++) {
      assertThat(refused("alice", WRONG).code()).isEqualTo(ErrorCode.WRONG_KEY);
    }
    int looked = passwords.compared.get();
    assertThat(refused("alice", PASSWORD).code()).isEqualTo(ErrorCode.RATE_LIMITED);
    assertThat(passwords.compared.get()).isEqualTo(looked);
    assertThat(broker.control().people().lockedUntil(new PersonName("alice")))
        .contains(TestClock.START.plus(Duration.ofMinutes(15)));
    assertThat(sessions().logIn("owner", text(PASSWORD), "", KIND).token()).startsWith("kms_");

    broker = broker.restart();
    assertThat(refused("alice", PASSWORD).code()).isEqualTo(ErrorCode.RATE_LIMITED);
    broker.clock().advance(Duration.ofMinutes(15));
    for (int i = 0; i < 5; i++) {
      assertThat(refused("alice", WRONG).code()).isEqualTo(ErrorCode.WRONG_KEY);
    }
    broker.clock().advance(Duration.ofMinutes(29));
    assertThat(refused("alice", PASSWORD).code()).isEqualTo(ErrorCode.RATE_LIMITED);
    broker.clock().advance(Duration.ofMinutes(1));
    assertThat(sessions().logIn("alice", text(PASSWORD), "", KIND).token()).startsWith("kms_");
    for (int i = 0; i < 4; i++) {
      assertThat(refused("alice", WRONG).code()).isEqualTo(ErrorCode.WRONG_KEY);
    }
  }

  @Test
  void bruteForce_atTheSameTime_isNoWayAroundTheLock() throws Exception {
    int before = passwords.compared.get();
    Callable<ErrorCode> guess = () -> refused("alice", WRONG).code();
    try (ExecutorService threads = Executors.newFixedThreadPool(8)) {
      List<ErrorCode> codes = new ArrayList<>();
      for (Future<ErrorCode> each : threads.invokeAll(java.util.Collections.nCopies(40, guess))) {
        codes.add(each.get());
      }
      assertThat(codes).filteredOn(ErrorCode.WRONG_KEY::equals).hasSize(5);
    }
    assertThat(passwords.compared.get() - before).isEqualTo(5);
  }

  @Test
  void bruteForce_overManyNames_locksTheHome() {
    for (int i = 0; i < 25; i++) {
      assertThat(refused("name" + i, WRONG).code()).isEqualTo(ErrorCode.WRONG_KEY);
    }
    assertThat(refused("another", WRONG).code()).isEqualTo(ErrorCode.RATE_LIMITED);
    assertThat(refused("owner", PASSWORD).code()).isEqualTo(ErrorCode.RATE_LIMITED);

    broker.clock().advance(Duration.ofMinutes(15));

    assertThat(sessions().logIn("owner", text(PASSWORD), "", KIND).token()).startsWith("kms_");
  }

  @Test
  void passwordSpraying_betweenTheAttackersOwnLogins_locksTheHome() {
    List<ErrorCode> answers = new ArrayList<>();
    for (int i = 0; i < 30; i++) {
      answers.add(refused("victim" + i, "Summer2026!Summer").code());
      try {
        sessions().logIn("alice", text(PASSWORD), "", KIND);
      } catch (RefusedException locked) {
        assertThat(locked.problem().code()).isEqualTo(ErrorCode.RATE_LIMITED);
      }
    }
    assertThat(answers).filteredOn(ErrorCode.WRONG_KEY::equals).hasSize(25);
  }

  @Test
  void unknownName_readsAndLocksAsAKnownOne() {
    for (String typed : List.of("nobody", "NOT A NAME", "", "x".repeat(5000))) {
      Problem known = refused("alice", WRONG);
      Problem unknown = refused(typed, WRONG);
      assertThat(unknown).isEqualTo(known);
    }
    refused("alice", WRONG);
    for (int i = 0; i < 4; i++) {
      refused("nobody", WRONG);
    }
    assertThat(refused("nobody", WRONG)).isEqualTo(refused("alice", WRONG));
    assertThat(refused("nobody", WRONG).code()).isEqualTo(ErrorCode.RATE_LIMITED);
  }

  /// One comparison each, whoever is named: that is all the time there is. The clock of the machine
  /// is asked as well, with room for one that is busy.
  @Test
  void unknownName_costsAsMuchAsAKnownOne() {
    broker =
        broker.restart(
            new TestBroker.Access("", new SlowPasswords(passwords), true, Optional.empty()));
    long[] known = new long[12];
    long[] unknown = new long[12];
    int before = passwords.compared.get();
    for (int i = 0; i < 12; i++) {
      known[i] = nanos("alice");
      unknown[i] = nanos("nobody" + i);
      broker.clock().advance(Duration.ofDays(2));
    }
    assertThat(passwords.compared.get() - before).isEqualTo(24);
    Arrays.sort(known);
    Arrays.sort(unknown);
    assertThat((double) unknown[4] / known[4]).isBetween(0.4, 2.5);
  }

  private long nanos(String name) {
    long start = System.nanoTime();
    assertThat(refused(name, WRONG).code()).isEqualTo(ErrorCode.WRONG_KEY);
    return System.nanoTime() - start;
  }

  @Test
  void changedSessionSecret_endsEverySession_andThePutBackOneRevivesNone() {
    String first = "p9Zt3vKx7QmW2rYc8LdN5sGhB1fJ4aUeT6oRiXwVyCkHqDzMnE0P";
    String second = "Hk2vQ8xLz5Tn1Wc7Rb4Yd9Pf3Gj6MsVaXeUoIqKtCyEwNrBhDlZ0";
    broker = broker.restart(access(Optional.of(first)));
    PersonSession session = sessions().logIn("alice", text(PASSWORD), "", KIND);
    broker = broker.restart(access(Optional.of(first)));
    assertThat(sessions().require(session.token()).name()).isEqualTo("alice");

    broker = broker.restart(access(Optional.of(second)));
    isDead(session.token());
    broker = broker.restart(access(Optional.of(first)));

    isDead(session.token());
    assertThat(sessions().csrf(session.token())).isNotEmpty();
  }

  @Test
  void restoredBackup_endsSessionsAndInvitations() {
    PersonSession session = sessions().logIn("alice", text(PASSWORD), "", KIND);
    NewInvitation made = broker.control().people().add(owner, new PersonName("bob"), Role.OWNER);

    memory.ports().settings().bumpEpoch(broker.clock().instant());
    broker = broker.restart();

    isDead(session.token());
    assertThat(
            refusal(() -> sessions().setUp(made.token(), text(PASSWORD), Optional.empty(), KIND))
                .code())
        .isEqualTo(ErrorCode.FORBIDDEN);
  }

  @Test
  void disabledPersonsRunningSession_isOverAtOnce_andAfterARestart() {
    PersonSession session = sessions().logIn("alice", text(PASSWORD), "", KIND);

    broker.control().people().remove(owner, new PersonName("alice"));

    isDead(session.token());
    broker = broker.restart();
    isDead(session.token());
    assertThat(refused("alice", PASSWORD)).isEqualTo(refused("nobody", PASSWORD));
  }

  @Test
  void ownerWhoIsLetInAgain_keepsTheAuthenticator_soThatWhoStartsTheBrokerIsNotLetIn() {
    TestBroker withCodes =
        broker.restart(new TestBroker.Access("", passwords, false, Optional.empty()));
    NewInvitation made = withCodes.control().people().recover(new PersonName(owner.name()));
    PersonSessions sessions = withCodes.control().sessions();

    assertThat(
            refusal(() ->
                    sessions.setUp(made.token(), text("another one 44"), Optional.empty(), KIND))
                .code())
        .isEqualTo(ErrorCode.FACTOR_REQUIRED);
    assertThat(refusal(() -> sessions.logIn(owner.name(), text("another one 44"), "", KIND)).code())
        .isEqualTo(ErrorCode.FACTOR_REQUIRED);
  }

  @Test
  void codeOfSomebodyWithTotp_isAskedForOnlyAfterTheRightPassword() {
    TestBroker withCodes =
        broker.restart(new TestBroker.Access("", passwords, false, Optional.empty()));
    PersonSessions sessions = withCodes.control().sessions();
    String code = withCodes.factors().code(new PersonName("alice"), "123456");

    assertThat(refusal(() -> sessions.logIn("alice", text(WRONG), code, KIND)).code())
        .isEqualTo(ErrorCode.WRONG_KEY);
    assertThat(refusal(() -> sessions.logIn("alice", text(PASSWORD), "", KIND)).code())
        .isEqualTo(ErrorCode.FACTOR_REQUIRED);
    assertThat(refusal(() -> sessions.logIn("alice", text(PASSWORD), "000000", KIND)).code())
        .isEqualTo(ErrorCode.FACTOR_REFUSED);
    assertThat(sessions.logIn("alice", text(PASSWORD), code, KIND).person().name())
        .isEqualTo("alice");
  }

  /// Counts how often a password is looked at.
  private static final class CountingPasswords implements PasswordHashes {
    final AtomicInteger compared = new AtomicInteger();
    private final QuickPasswords quick = new QuickPasswords();

    @Override
    public String hash(char[] password) {
      return quick.hash(password);
    }

    @Override
    public boolean matches(char[] password, String hash) {
      compared.incrementAndGet();
      return quick.matches(password, hash);
    }

    @Override
    public String decoy() {
      return quick.decoy();
    }
  }

  /// Compares so slowly that the rest of a log-in does not count, as at the full cost.
  private record SlowPasswords(CountingPasswords counting) implements PasswordHashes {
    @Override
    public String hash(char[] password) {
      return counting.hash(password);
    }

    @Override
    public boolean matches(char[] password, String hash) {
      for (int i = 0; i < 200; i++) {
        counting.quick.matches(password, hash);
      }
      return counting.matches(password, hash);
    }

    @Override
    public String decoy() {
      return counting.decoy();
    }
  }
}
