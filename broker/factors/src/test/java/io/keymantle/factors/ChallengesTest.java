package io.keymantle.factors;

import static org.assertj.core.api.Assertions.assertThat;

import io.keymantle.domain.PersonName;
import io.keymantle.factors.Challenges.Binding;
import io.keymantle.factors.Challenges.Issued;
import io.keymantle.factors.Challenges.Purpose;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class ChallengesTest {
  private static final PersonName ALICE = new PersonName("alice");
  private static final Binding APPROVAL =
      new Binding(Purpose.APPROVAL, Optional.of(ALICE), "aa".repeat(32));

  private final MovingClock clock = new MovingClock();
  private final Challenges challenges = new Challenges(clock, new SecureRandom());

  @Test
  void challenge_isTakenOnce() {
    Issued issued = challenges.issue(APPROVAL);

    assertThat(challenges.take(issued.id(), APPROVAL)).contains(issued);
    assertThat(challenges.take(issued.id(), APPROVAL)).isEmpty();
    assertThat(challenges.take("none", APPROVAL)).isEmpty();
  }

  @Test
  void challenge_ofAnotherPersonPurposeOrDigest_isRefused_andGoneThen() {
    for (Binding other :
        List.of(
            new Binding(Purpose.APPROVAL, Optional.of(new PersonName("bob")), "aa".repeat(32)),
            new Binding(Purpose.APPROVAL, Optional.of(ALICE), "ab".repeat(32)),
            new Binding(Purpose.PROOF, Optional.of(ALICE), "aa".repeat(32)),
            new Binding(Purpose.LOGIN, Optional.empty(), ""))) {
      Issued issued = challenges.issue(APPROVAL);
      assertThat(challenges.take(issued.id(), other)).isEmpty();
      assertThat(challenges.take(issued.id(), APPROVAL)).isEmpty();
    }
  }

  @Test
  void challenge_endsAfterTwoMinutes_andWhenTheClockIsSetBack() {
    Issued late = challenges.issue(APPROVAL);
    clock.advance(Duration.ofMinutes(2));
    assertThat(challenges.take(late.id(), APPROVAL)).isEmpty();

    Issued justInTime = challenges.issue(APPROVAL);
    clock.advance(Duration.ofMinutes(2).minusMillis(1));
    assertThat(challenges.take(justInTime.id(), APPROVAL)).isPresent();

    Issued before = challenges.issue(APPROVAL);
    clock.advance(Duration.ofHours(-1));
    assertThat(challenges.take(before.id(), APPROVAL)).isEmpty();
  }

  @Test
  void floodOfLogins_endsNoChallengeOfAPerson() {
    Issued own = challenges.issue(APPROVAL);
    Binding login = new Binding(Purpose.LOGIN, Optional.empty(), "");
    List<Issued> logins = new ArrayList<>();
    for (int i = 0; i < 1000; i++) {
      logins.add(challenges.issue(login));
    }

    assertThat(challenges.take(own.id(), APPROVAL)).isPresent();
    assertThat(challenges.take(logins.getFirst().id(), login)).isEmpty();
    assertThat(challenges.take(logins.getLast().id(), login)).isPresent();
  }

  @Test
  void challenges_ofOneBinding_differ() {
    assertThat(challenges.issue(APPROVAL).challenge())
        .isNotEqualTo(challenges.issue(APPROVAL).challenge())
        .hasSize(43);
  }

  private static final class MovingClock extends Clock {
    private Instant now = Instant.parse("2026-11-21T08:00:00Z");

    void advance(Duration by) {
      now = now.plus(by);
    }

    @Override
    public Instant instant() {
      return now;
    }

    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      throw new UnsupportedOperationException("nothing here depends on a zone");
    }
  }
}
