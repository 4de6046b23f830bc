package io.keymantle.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.keymantle.domain.ErrorCode;
import io.keymantle.domain.LedgerEvent;
import io.keymantle.domain.RefusedException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PersonSessionsTest {
  private static final char[] RIGHT = "correct horse".toCharArray();
  private static final char[] WRONG = "wrong".toCharArray();

  private final HandClock clock = new HandClock();
  private final Records records = new Records();
  private final PersonSessions sessions = sessions(true);

  private PersonSessions sessions(boolean required) {
    PassphraseCheck check =
        new PassphraseCheck() {
          @Override
          public boolean required() {
            return required;
          }

          @Override
          public boolean matches(char[] passphrase) {
            return Arrays.equals(passphrase, RIGHT);
          }
        };
    return new PersonSessions(check, new Operations(records, clock, new Ids(new Random(1))));
  }

  private static ErrorCode refusal(Runnable work) {
    return catchThrowableOfType(RefusedException.class, work::run).problem().code();
  }

  @Test
  void session_livesFifteenMinutesAndNoLonger() {
    PersonSession session = sessions.open(RIGHT);
    assertThat(session.token()).matches("kms_[0-9A-Za-z]{40}");

    clock.now = session.expiresAt().minusMillis(1);
    assertThat(sessions.require(session.token())).isEqualTo(Actor.Person.OWNER);
    clock.now = session.expiresAt();
    assertThat(refusal(() -> sessions.require(session.token())))
        .isEqualTo(ErrorCode.SESSION_REQUIRED);
    assertThat(Duration.between(Instant.EPOCH, session.expiresAt()))
        .isEqualTo(Duration.ofMinutes(15));
  }

  @Test
  void closedSession_isOver() {
    PersonSession session = sessions.open(RIGHT);
    sessions.close(session.token());
    assertThat(refusal(() -> sessions.require(session.token())))
        .isEqualTo(ErrorCode.SESSION_REQUIRED);
  }

  @Test
  void agentTokenOrNothing_isNoSession() {
    assertThat(refusal(() -> sessions.require(""))).isEqualTo(ErrorCode.SESSION_REQUIRED);
    assertThat(refusal(() -> sessions.require("kma_" + "a".repeat(40))))
        .isEqualTo(ErrorCode.SESSION_REQUIRED);
  }

  @Test
  void fiveWrongPassphrases_pauseEvenTheRightOne() {
    for (int i = 0; i < 5; i++) {
      assertThat(refusal(() -> sessions.open(WRONG))).isEqualTo(ErrorCode.WRONG_KEY);
    }
    assertThat(refusal(() -> sessions.open(RIGHT))).isEqualTo(ErrorCode.RATE_LIMITED);
    clock.now = clock.now.plusSeconds(30);
    assertThat(sessions.open(RIGHT).token()).startsWith("kms_");
  }

  @Test
  void homeWithoutPassphrase_acceptsItsOwner() {
    assertThat(sessions(false).require("")).isEqualTo(Actor.Person.OWNER);
  }

  @Test
  void attempts_areRecordedWithoutTokenOrPassphrase() {
    refusal(() -> sessions.open(WRONG));
    PersonSession session = sessions.open(RIGHT);

    assertThat(records.events).extracting(LedgerEvent::result).containsExactly("refused", "ok");
    assertThat(records.events.toString()).doesNotContain("kms_").doesNotContain("wrong\"");
    assertThat(session.toString()).doesNotContain("kms_");
  }

  private static final class Records implements AuditTrail {
    final List<LedgerEvent> events = new ArrayList<>();

    @Override
    public void appendAndAwait(LedgerEvent event) {
      events.add(event);
    }

    @Override
    public void append(LedgerEvent event) {
      events.add(event);
    }

    @Override
    public List<LedgerEvent> unfinished() {
      return List.of();
    }
  }

  private static final class HandClock extends Clock {
    Instant now = Instant.EPOCH;

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
      return this;
    }
  }
}
