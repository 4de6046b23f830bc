package io.keymantle.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.keymantle.domain.LedgerEvent;
import io.keymantle.domain.Problem;
import io.keymantle.domain.RefusedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class LedgerTest {
  @TempDir Path home;

  @Test
  void anEmptyLedgerHasASignedCheckpointOfTheEmptyTree() {
    try (Ledger ledger = Events.open(home)) {
      SignedCheckpoint checkpoint = ledger.checkpoint();
      assertThat(checkpoint.size()).isZero();
      assertThat(checkpoint.root().base64())
          .isEqualTo("47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=");
      assertThat(checkpoint.origin()).isEqualTo("keymantle.test/log");
    }
    assertOk(0);
  }

  @Test
  void entriesAreThereAfterAReopenInTheOrderOfTheirAppends() {
    for (int session = 0; session < 5; session++) {
      try (Ledger ledger = Events.open(home)) {
        assertThat(ledger.size()).isEqualTo(session * 150L);
        for (int i = 0; i < 150; i++) {
          int number = session * 150 + i;
          assertThat(ledger.appendAndAwait(Events.intent("op-" + number))).isEqualTo(number);
        }
      }
    }
    assertOk(750);
    try (Ledger ledger = Events.open(home)) {
      List<LedgerEntry> entries = ledger.entries(200, 400);
      assertThat(entries).hasSize(400);
      for (int i = 0; i < entries.size(); i++) {
        assertThat(entries.get(i).index()).isEqualTo(200 + i);
        assertThat(entries.get(i).event()).isEqualTo(Events.intent("op-" + (200 + i)));
      }
      assertThat(ledger.entries(740, 100)).hasSize(10);
      assertThat(ledger.entries(5_000, 100)).isEmpty();
    }
  }

  @Test
  void aReaderSeesWhatWasAppendedBefore_alsoWhatNobodyWaitsFor() {
    try (Ledger ledger = Events.open(home)) {
      for (int i = 0; i < 50; i++) {
        ledger.append(Events.outcome("op-" + i));
        assertThat(ledger.entries(i, 10)).hasSize(1);
      }
    }
  }

  @Test
  void aCleanCloseLeavesCheckpointAndTilesOnly() throws Exception {
    try (Ledger ledger = Events.open(home)) {
      for (int i = 0; i < 300; i++) {
        ledger.append(Events.intent("op-" + i));
        if (i % 70 == 0) {
          ledger.checkpoint();
        }
      }
    }
    try (var files = Files.walk(home)) {
      Set<String> names = new TreeSet<>();
      files
          .filter(Files::isRegularFile)
          .forEach(path -> names.add(home.relativize(path).toString()));
      assertThat(names)
          .containsExactly(
              "checkpoint",
              "tile/0/000",
              "tile/0/001.p/44",
              "tile/1/000.p/1",
              "tile/entries/000",
              "tile/entries/001.p/44");
    }
    assertThat(Files.size(home.resolve("tile/0/000"))).isEqualTo(8_192);
  }

  @Test
  void everyProofOfASmallTreeVerifiesAndNoneForAnotherPlace() {
    try (Ledger ledger = Events.open(home)) {
      List<TreeHash> roots = new ArrayList<>();
      roots.add(ledger.checkpoint().root());
      for (int i = 0; i < 40; i++) {
        ledger.appendAndAwait(Events.intent("op-" + i));
        roots.add(ledger.checkpoint().root());
      }
      List<LedgerEntry> entries = ledger.entries(0, 40);
      for (int size = 1; size <= 40; size++) {
        for (int index = 0; index < size; index++) {
          InclusionProof proof = ledger.inclusionProof(index, size);
          TreeHash leaf = entries.get(index).leafHash();
          assertThat(MerkleProofs.verifies(proof, leaf, roots.get(size))).isTrue();
          assertThat(MerkleProofs.verifies(proof, leaf, roots.get(size - 1))).isFalse();
          var moved = new InclusionProof((index + 1) % size, size, proof.hashes());
          assertThat(MerkleProofs.verifies(moved, leaf, roots.get(size))).isEqualTo(size == 1);
        }
        for (int old = 0; old <= size; old++) {
          ConsistencyProof proof = ledger.consistencyProof(old, size);
          assertThat(MerkleProofs.verifies(proof, roots.get(old), roots.get(size))).isTrue();
          TreeHash other = roots.get((old + 7) % 41);
          assertThat(MerkleProofs.verifies(proof, other, roots.get(size)))
              .as("from %s to %s with the root of another size", old, size)
              .isFalse();
        }
      }
    }
  }

  @Test
  void proofsAcrossTileLevelsVerify() {
    try (Ledger ledger = Events.open(home)) {
      List<Long> sizes = List.of(1L, 255L, 256L, 257L, 65_535L, 65_536L, 65_537L, 66_000L);
      Map<Long, TreeHash> roots = new HashMap<>();
      for (long size : sizes) {
        while (ledger.size() < size - 1) {
          long next = Math.min(size - 1, ledger.size() + 20_000);
          for (long i = ledger.size(); i < next - 1; i++) {
            ledger.append(Events.intent("op"));
          }
          ledger.appendAndAwait(Events.intent("op"));
        }
        ledger.appendAndAwait(Events.intent("op"));
        roots.put(size, ledger.checkpoint().root());
        assertThat(ledger.checkpoint().size()).isEqualTo(size);
      }
      for (long size : sizes) {
        for (long other : sizes) {
          if (other <= size) {
            assertThat(
                    MerkleProofs.verifies(
                        ledger.consistencyProof(other, size),
                        Objects.requireNonNull(roots.get(other)),
                        Objects.requireNonNull(roots.get(size))))
                .isTrue();
            TreeHash leaf = ledger.entries(other - 1, 1).getFirst().leafHash();
            assertThat(
                    MerkleProofs.verifies(
                        ledger.inclusionProof(other - 1, size),
                        leaf,
                        Objects.requireNonNull(roots.get(size))))
                .isTrue();
          }
        }
      }
    }
    assertOk(66_000);
  }

  @Test
  void aProofBeyondTheEndIsRefused() {
    try (Ledger ledger = Events.open(home)) {
      ledger.appendAndAwait(Events.intent("op"));
      assertThatThrownBy(() -> ledger.inclusionProof(1, 1)).isInstanceOf(RefusedException.class);
      assertThatThrownBy(() -> ledger.inclusionProof(0, 2)).isInstanceOf(RefusedException.class);
      assertThatThrownBy(() -> ledger.inclusionProof(-1, 1)).isInstanceOf(RefusedException.class);
      assertThatThrownBy(() -> ledger.consistencyProof(2, 1)).isInstanceOf(RefusedException.class);
      assertThatThrownBy(() -> ledger.exportProof(1)).isInstanceOf(RefusedException.class);
      assertThatThrownBy(() -> ledger.entries(-1, 1)).isInstanceOf(RefusedException.class);
    }
  }

  @Test
  void anExportedProofNamesIndexHashesAndTheSignedCheckpoint() {
    try (Ledger ledger = Events.open(home)) {
      for (int i = 0; i < 3; i++) {
        ledger.appendAndAwait(Events.intent("op-" + i));
      }
      String proof = ledger.exportProof(1);
      assertThat(proof).startsWith("c2sp.org/tlog-proof@v1\nindex 1\n");
      assertThat(proof).endsWith("\n\n" + ledger.checkpoint().note());
      assertThat(proof.lines().skip(2).takeWhile(line -> !line.isEmpty())).hasSize(2);
    }
  }

  @Test
  @Timeout(60)
  void burstOfMoreSegmentsThanTheJournalHolds_isCommittedWhileTheyAreIntegrated() throws Exception {
    int burst = 60_000;
    var told = new CountDownLatch(burst);
    Queue<Problem> problems = new ConcurrentLinkedQueue<>();
    var disk = new FaultyFiles();
    try (Ledger ledger = Ledger.open(Events.configuration(home), disk)) {
      // All of it waits behind one commit, and is then taken in one turn.
      disk.arm(FaultyFiles.Fault.SYNC_HANGS, 0, "", true);
      for (int i = 0; i < burst; i++) {
        ledger.append(
            Events.intent("b" + i),
            new Completion() {
              @Override
              public void durable(long index) {
                told.countDown();
              }

              @Override
              public void failed(Problem problem) {
                problems.add(problem);
                told.countDown();
              }
            });
      }
      disk.release();
      told.await();
    }
    assertThat(problems).isEmpty();
    assertOk(burst);
  }

  @Test
  @Timeout(60)
  void sixtyFourWritersFindAllTheirEntriesAfterAReopen() throws Exception {
    Map<Long, String> acknowledged = Collections.synchronizedMap(new HashMap<>());
    try (Ledger ledger = Ledger.open(Events.configuration(home));
        ExecutorService writers = Executors.newVirtualThreadPerTaskExecutor()) {
      var done = new CountDownLatch(64);
      for (int writer = 0; writer < 64; writer++) {
        String name = "w" + writer;
        writers.execute(() -> {
          for (int i = 0; i < 100; i++) {
            String operation = name + "-" + i;
            acknowledged.put(ledger.appendAndAwait(Events.intent(operation)), operation);
          }
          done.countDown();
        });
      }
      done.await();
    }
    assertOk(6_400);
    try (Ledger ledger = Events.open(home)) {
      assertThat(acknowledged).hasSize(6_400);
      for (LedgerEntry entry : ledger.entries(0, 6_400)) {
        assertThat(entry.event().operation()).isEqualTo(acknowledged.get(entry.index()));
      }
    }
  }

  @Test
  void completionsOfOneExecutorComeInOneTaskAndInOrder() throws Exception {
    var tasks = new AtomicInteger();
    List<Long> seen = Collections.synchronizedList(new ArrayList<>());
    try (ExecutorService loop = Executors.newSingleThreadExecutor();
        Ledger ledger = Events.open(home)) {
      Executor counting =
          task -> {
            tasks.incrementAndGet();
            loop.execute(task);
          };
      var done = new CountDownLatch(2_000);
      for (int i = 0; i < 2_000; i++) {
        ledger.append(
            Events.intent("op"),
            new Completion() {
              @Override
              public void durable(long index) {
                seen.add(index);
                done.countDown();
              }

              @Override
              public void failed(Problem problem) {
                done.countDown();
              }

              @Override
              public Executor executor() {
                return counting;
              }
            });
      }
      done.await();
    }
    assertThat(seen).hasSize(2_000).isSorted();
    assertThat(tasks.get()).isLessThan(2_000);
  }

  @Test
  void anAppendAfterCloseIsRefused() {
    Ledger ledger = Events.open(home);
    ledger.close();
    ledger.close();
    assertThatThrownBy(() -> ledger.appendAndAwait(Events.intent("op")))
        .isInstanceOf(RefusedException.class)
        .hasMessageContaining("ledger_unavailable");
  }

  @Test
  void intentsWithoutOutcomeSinceTheLastStartAreUnfinished() {
    try (Ledger ledger = Events.open(home)) {
      ledger.append(Events.intent("before-start"));
      ledger.append(Events.started());
      for (int i = 0; i < 600; i++) {
        ledger.append(Events.intent("done-" + i));
        ledger.append(Events.outcome("done-" + i));
      }
      ledger.append(Events.intent("open-1"));
      ledger.append(
          Events.event(
              LedgerEvent.Kind.EGRESS,
              LedgerEvent.Phase.FACT,
              "",
              Map.of("op", "x", "phase", "outcome", "event", "started")));
      ledger.append(Events.intent("open-2"));
      ledger.appendAndAwait(Events.outcome("unknown"));
      assertThat(ledger.unfinishedOperations())
          .extracting(LedgerEvent::operation)
          .containsExactly("open-1", "open-2");
    }
    try (Ledger ledger = Events.open(home)) {
      assertThat(ledger.unfinishedOperations()).hasSize(2);
      ledger.unfinishedOperations().forEach(op -> ledger.append(Events.outcome(op.operation())));
      ledger.appendAndAwait(Events.started());
      assertThat(ledger.unfinishedOperations()).isEmpty();
    }
  }

  @Test
  void aWitnessFileHoldsTheCheckpoint() throws Exception {
    Path witness = home.resolveSibling("witness-" + home.getFileName());
    try (Ledger ledger = Events.open(home)) {
      ledger.appendAndAwait(Events.intent("op"));
      SignedCheckpoint written = ledger.writeWitness(witness);
      assertThat(written.size()).isEqualTo(1);
      assertThat(Files.readString(witness)).isEqualTo(ledger.checkpoint().note());
    } finally {
      Files.deleteIfExists(witness);
    }
  }

  private void assertOk(long size) {
    VerificationReport report =
        LedgerVerifier.verify(home, Events.signer().verifierKey(), Optional.empty());
    assertThat(report.problems()).isEmpty();
    assertThat(report.ok()).isTrue();
    assertThat(report.size()).isEqualTo(size);
    assertThat(report.notes()).isEmpty();
  }
}
