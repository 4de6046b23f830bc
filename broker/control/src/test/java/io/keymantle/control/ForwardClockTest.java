package io.keymantle.control;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;

class ForwardClockTest {
  private static final Instant START = Instant.parse("2026-11-21T08:00:00.5Z");
  private static final long UPTIME = Duration.ofDays(40).toNanos();

  private Instant wall = START;
  private long steady = UPTIME;

  private ForwardClock clock(Instant notBefore) {
    return new ForwardClock(
        new Clock() {
          @Override
          public Instant instant() {
            return wall;
          }

          @Override
          public ZoneId getZone() {
            return ZoneOffset.UTC;
          }

          @Override
          public Clock withZone(ZoneId zone) {
            throw new UnsupportedOperationException();
          }
        },
        () -> steady,
        notBefore);
  }

  private void pass(Duration time) {
    wall = wall.plus(time);
    steady += time.toNanos();
  }

  @Test
  void goesWithTheWallClock_whileThatIsRight() {
    ForwardClock clock = clock(Instant.EPOCH);
    assertThat(clock.instant()).isEqualTo(START);

    pass(Duration.ofMinutes(3));

    assertThat(clock.instant()).isEqualTo(START.plusSeconds(180));
    assertThat(clock.millis()).isEqualTo(START.plusSeconds(180).toEpochMilli());
  }

  @Test
  void clockSetBackAnHour_neitherStopsNorReturns() {
    ForwardClock clock = clock(Instant.EPOCH);
    clock.instant();
    wall = wall.minus(Duration.ofHours(1));

    assertThat(clock.instant()).isEqualTo(START);
    pass(Duration.ofSeconds(10));
    assertThat(clock.instant()).isEqualTo(START.plusSeconds(10));
  }

  @Test
  void clockSetAnHourAhead_isFollowed_andStaysAheadWhenItIsSetBack() {
    ForwardClock clock = clock(Instant.EPOCH);
    wall = wall.plus(Duration.ofHours(1));
    assertThat(clock.instant()).isEqualTo(START.plusSeconds(3600));

    wall = wall.minus(Duration.ofHours(1));
    assertThat(clock.instant()).isEqualTo(START.plusSeconds(3600));
  }

  @Test
  void sleepOfTheMachine_inWhichTheMonotonicClockStands_counts() {
    ForwardClock clock = clock(Instant.EPOCH);
    clock.instant();
    wall = wall.plus(Duration.ofHours(8));

    assertThat(clock.instant()).isEqualTo(START.plus(Duration.ofHours(8)));
  }

  @Test
  void clockSetBackBeforeAStart_doesNotGoBehindWhatIsKnownToHaveBeen() {
    Instant known = START.plus(Duration.ofHours(2));
    ForwardClock clock = clock(known);

    assertThat(clock.instant()).isEqualTo(known);
    pass(Duration.ofSeconds(1));
    assertThat(clock.instant()).isEqualTo(known.plusSeconds(1));
  }
}
