package io.keymantle.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.keymantle.domain.ErrorCode;
import io.keymantle.domain.Problem;
import io.keymantle.domain.RefusedException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class LedgerFaultTest {
  @TempDir Path temporary;

  private final FaultyFiles files = new FaultyFiles();

  @ParameterizedTest
  @EnumSource(
      value = FaultyFiles.Fault.class,
      names = {"WRITE_FAILS", "WRITE_CUT_SHORT", "SYNC_FAILS"})
  void afterAFailureOfTheNthOperationNothingIsAcknowledgedAndAllBeforeIsThere(
      FaultyFiles.Fault fault) {
    for (int n = 0; n < 40; n++) {
      Path home = temporary.resolve(fault + "-" + n);
      var faulty = new FaultyFiles();
      Set<String> acknowledged = new HashSet<>();
      Set<String> refused = new HashSet<>();
      Ledger ledger = Ledger.open(Events.configuration(home), faulty);
      faulty.arm(fault, n, "Input/output error", true);
      boolean failed = false;
      for (int i = 0; i < 60; i++) {
        try {
          ledger.appendAndAwait(Events.intent("op-" + i));
          assertThat(failed).as("acknowledged after a failure").isFalse();
          acknowledged.add("op-" + i);
        } catch (RefusedException e) {
          failed = true;
          refused.add("op-" + i);
          assertThat(e.problem().code()).isEqualTo(ErrorCode.LEDGER_UNAVAILABLE);
          assertThat(e.problem().fix()).contains("keymantle up");
        }
      }
      assertThat(refused).as("%s at %s", fault, n).isNotEmpty();
      assertThat(ledger.failure()).isPresent();
      assertThat(faulty.operationsAfterFault()).as("nothing is tried again").isZero();
      ledger.close();
      try (Ledger again = Events.open(home)) {
        Set<String> found = new HashSet<>();
        again.entries(0, 1_000).forEach(entry -> found.add(entry.event().operation()));
        assertThat(found).containsAll(acknowledged);
      }
      assertThat(verify(home).problems()).isEmpty();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "No space left on device,the disk is full",
    "Disk quota exceeded,the disk is full",
    "Read-only file system,the disk is read-only",
    "Input/output error,a write or sync failed"
  })
  void theReasonOfAFailureIsSaidWithItsFix(String message, String said) {
    Ledger ledger = Ledger.open(Events.configuration(temporary), files);
    files.arm(FaultyFiles.Fault.WRITE_FAILS, 0, message, true);
    assertThatThrownBy(() -> ledger.appendAndAwait(Events.intent("op")))
        .isInstanceOf(RefusedException.class)
        .hasMessageContaining(said);
    assertThatThrownBy(() -> ledger.appendAndAwait(Events.intent("op"))).hasMessageContaining(said);
    ledger.close();
  }

  @ParameterizedTest
  @EnumSource(
      value = FaultyFiles.Fault.class,
      names = {"WRITE_FAILS", "WRITE_CUT_SHORT", "SYNC_FAILS", "MOVE_FAILS"})
  void aFailureWhileTilesAreWrittenStopsTheLedgerAndLosesNothing(FaultyFiles.Fault fault) {
    for (int n = 0; n < 12; n++) {
      Path home = temporary.resolve(fault + "-" + n);
      var faulty = new FaultyFiles();
      Ledger ledger = Ledger.open(Events.configuration(home), faulty);
      for (int i = 0; i < 300; i++) {
        ledger.append(Events.intent("op-" + i));
      }
      ledger.appendAndAwait(Events.intent("last"));
      faulty.arm(fault, n, "Input/output error", false);
      ledger.checkpoint();
      boolean failed = ledger.failure().isPresent();
      if (failed) {
        assertThatThrownBy(() -> ledger.appendAndAwait(Events.intent("after")))
            .isInstanceOf(RefusedException.class);
        assertThat(verify(home).problems()).as("%s at %s", fault, n).isEmpty();
      }
      ledger.close();
      try (Ledger again = Events.open(home)) {
        assertThat(again.size()).isEqualTo(301);
      }
      assertThat(verify(home).problems()).isEmpty();
    }
  }

  @Test
  void aDiskThatHangsFailsAllWhoWaitWithinTheDeadline() throws Exception {
    var base = Events.configuration(temporary);
    var configuration =
        new LedgerConfiguration(
            temporary,
            base.signer(),
            base.clock(),
            base.queueCapacity(),
            Duration.ofMillis(300),
            base.integrationInterval(),
            base.journalBytes());
    Ledger ledger = Ledger.open(configuration, files);
    ledger.appendAndAwait(Events.intent("before"));
    files.arm(FaultyFiles.Fault.SYNC_HANGS, 0, "", true);
    List<Problem> problems = Collections.synchronizedList(new ArrayList<>());
    var durable = new AtomicInteger();
    var told = new CountDownLatch(100);
    for (int i = 0; i < 100; i++) {
      ledger.append(
          Events.intent("op-" + i),
          new Completion() {
            @Override
            public void durable(long index) {
              durable.incrementAndGet();
              told.countDown();
            }

            @Override
            public void failed(Problem problem) {
              problems.add(problem);
              told.countDown();
            }
          });
    }
    assertThat(told.await(10, TimeUnit.SECONDS)).isTrue();
    assertThat(problems).hasSize(100);
    files.release();
    assertThatThrownBy(() -> ledger.appendAndAwait(Events.intent("after")))
        .hasMessageContaining("did not confirm");
    ledger.close();
    assertThat(durable.get()).isZero();
  }

  @Test
  void aFullQueueRefusesWithoutStoppingAndSaysLaterWhatWasLost() throws Exception {
    var base = Events.configuration(temporary);
    var configuration =
        new LedgerConfiguration(
            temporary,
            base.signer(),
            base.clock(),
            10,
            base.writeDeadline(),
            base.integrationInterval(),
            base.journalBytes());
    try (Ledger ledger = Ledger.open(configuration, files)) {
      ledger.appendAndAwait(Events.intent("before"));
      files.arm(FaultyFiles.Fault.SYNC_HANGS, 0, "", true);
      var refused = new AtomicInteger();
      for (int i = 0; i < 100; i++) {
        ledger.append(Events.intent("op-" + i));
        ledger.append(
            Events.intent("watched-" + i),
            new Completion() {
              @Override
              public void durable(long index) {}

              @Override
              public void failed(Problem problem) {
                assertThat(problem.message()).contains("wait");
                refused.incrementAndGet();
              }
            });
      }
      assertThat(refused.get()).isGreaterThan(50);
      files.release();
      while (true) {
        try {
          ledger.appendAndAwait(Events.intent("after"));
          break;
        } catch (RefusedException busy) {
          Thread.onSpinWait();
        }
      }
      ledger.appendAndAwait(Events.intent("later"));
      assertThat(ledger.failure()).isEmpty();
      assertThat(ledger.entries(0, 1_000))
          .anyMatch(
              entry -> entry.event().detail().getOrDefault("event", "").equals("entries_lost"));
    }
  }

  private static VerificationReport verify(Path home) {
    return LedgerVerifier.verify(home, Events.signer(), Optional.empty());
  }
}
