package io.keymantle.factors;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class GateTest {
  private static final Instant START = Instant.parse("2026-11-21T08:00:00Z");

  @Test
  void fiveWrongTriesInARow_lockForAQuarterOfAnHour() {
    Gate gate = Gate.NEW;
    for (int i = 0; i < 4; i++) {
      gate = gate.after(Outcome.INVALID, START);
      assertThat(gate.closedAt(START)).isFalse();
    }
    gate = gate.after(Outcome.INVALID, START);

    assertThat(gate.closedAt(START.plus(Duration.ofMinutes(15)).minusNanos(1))).isTrue();
    assertThat(gate.closedAt(START.plus(Duration.ofMinutes(15)))).isFalse();
  }

  @Test
  void locksDouble_upToADay_andAHundredWrongTriesDisable() {
    Gate gate = Gate.NEW;
    Instant now = START;
    List<Long> minutes = new ArrayList<>();
    while (!gate.disabled()) {
      gate = gate.after(Outcome.INVALID, now);
      if (gate.closedAt(now)) {
        minutes.add(Duration.between(now, gate.lockedUntil()).toMinutes());
        now = gate.lockedUntil();
      }
    }

    assertThat(gate.failures()).isEqualTo(100);
    assertThat(minutes)
        .hasSize(20)
        .startsWith(15L, 30L, 60L, 120L, 240L, 480L, 960L, 1440L, 1440L)
        .endsWith(1440L);
    assertThat(gate.closedAt(now.plus(Duration.ofDays(10_000)))).isTrue();
  }

  @Test
  void rightTry_startsTheCountAnew_whatWasNotLookedAtDoesNotCount() {
    Gate four = Gate.NEW;
    for (int i = 0; i < 4; i++) {
      four = four.after(Outcome.INVALID, START);
    }

    assertThat(four.after(Outcome.ACCEPT, START)).isEqualTo(new Gate(5, 0, Instant.EPOCH));
    assertThat(four.after(Outcome.REPLAY, START).closedAt(START)).isFalse();
    Gate locked = four.after(Outcome.CLONED, START);
    assertThat(locked.closedAt(START)).isTrue();
    assertThat(locked.after(Outcome.LOCKED, START).lockedUntil()).isEqualTo(locked.lockedUntil());
    assertThat(locked.after(Outcome.LOCKED, START).tries()).isEqualTo(6);
  }

  @Test
  void clockSetBack_opensNothing() {
    Gate gate = Gate.NEW;
    for (int i = 0; i < 5; i++) {
      gate = gate.after(Outcome.INVALID, START);
    }

    assertThat(gate.closedAt(START.minus(Duration.ofHours(1)))).isTrue();
  }
}
