package io.keymantle.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import io.keymantle.domain.ErrorCode;
import io.keymantle.domain.Problem;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class CommitLoopTest {
  @TempDir Path home;

  private final List<EventLoop> loops = new ArrayList<>();

  @AfterEach
  void stopLoops() {
    loops.forEach(loop -> loop.thread.shutdownNow());
  }

  @Test
  @Timeout(20)
  void appendsOfOneTurn_areCommittedOnTheirLoopInOneSync() throws Exception {
    var syncs = new SyncThreads(0);
    try (Ledger ledger = Ledger.open(Events.configuration(home, 1 << 20), syncs)) {
      EventLoop loop = loop(ledger);
      // A commit that took long, as in a JVM that has just started, leaves the next to the thread.
      int turns = 0;
      do {
        syncs.clear();
        loop.appendTurn(20).await();
        turns++;
      } while (!syncs.threads().equals(List.of(loop.name)));
      assertThat(loop.indexes).hasSize(20 * turns).isSorted();
      assertThat(loop.toldOn).containsExactly(loop.name);
    }
  }

  @Test
  void appendsOfManyLoopsAndThreads_areAllDurableOnceAndToldWhereTheyBelong() throws Exception {
    int turns = 300;
    int each = 5;
    try (Ledger ledger = Events.open(home)) {
      List<CountDownLatch> open = Collections.synchronizedList(new ArrayList<>());
      List<EventLoop> several = List.of(loop(ledger), loop(ledger), loop(ledger));
      List<Thread> others = new ArrayList<>();
      for (int i = 0; i < turns; i++) {
        for (EventLoop loop : several) {
          open.add(loop.appendTurn(each));
        }
        if (i % 10 == 0) {
          others.add(Thread.startVirtualThread(() -> ledger.appendAndAwait(Events.intent("w"))));
          ledger.append(Events.outcome("unwatched"));
        }
      }
      for (CountDownLatch latch : open) {
        assertThat(latch.await(20, TimeUnit.SECONDS)).isTrue();
      }
      for (Thread other : others) {
        other.join();
      }
      Set<Long> all = ConcurrentHashMap.newKeySet();
      for (EventLoop loop : several) {
        assertThat(loop.indexes).hasSize(turns * each);
        assertThat(loop.toldOn).containsExactly(loop.name);
        all.addAll(loop.indexes);
      }
      assertThat(all).hasSize(3 * turns * each);
      ledger.checkpoint();
      assertThat(ledger.size()).isEqualTo(3L * turns * each + 60);
    }
  }

  @Test
  void slowDisk_isLeftToTheCommittingThread_soThatTheLoopGoesOn() throws Exception {
    var syncs = new SyncThreads(TimeUnit.MILLISECONDS.toNanos(20));
    try (Ledger ledger = Ledger.open(Events.configuration(home, 1 << 20), syncs)) {
      EventLoop loop = loop(ledger);
      loop.appendTurn(1).await();
      syncs.clear();
      loop.appendTurn(1).await();
      assertThat(syncs.threads()).isNotEmpty().doesNotContain(loop.name);
      assertThat(loop.toldOn).containsExactly(loop.name);
    }
  }

  @Test
  void failedSyncOnTheLoop_failsEveryAppendAndStopsTheLedger() throws Exception {
    var disk = new FaultyFiles();
    try (Ledger ledger = Ledger.open(Events.configuration(home, 1 << 20), disk)) {
      EventLoop loop = loop(ledger);
      loop.appendTurn(1).await();
      disk.arm(FaultyFiles.Fault.SYNC_FAILS, 0, "Input/output error", true);
      loop.appendTurn(3).await();
      loop.appendTurn(2).await();
      assertThat(loop.indexes).hasSize(1);
      assertThat(loop.problems)
          .hasSize(5)
          .allMatch(problem -> problem.code() == ErrorCode.LEDGER_UNAVAILABLE);
      assertThat(ledger.failure()).isPresent();
      assertThat(disk.operationsAfterFault()).isZero();
    }
  }

  @Test
  void loopThatHasShutDown_leavesItsAppendsToTheCommittingThread() throws Exception {
    try (Ledger ledger = Events.open(home)) {
      EventLoop loop = loop(ledger);
      loop.appendTurn(1).await();
      loop.appendLast();
      assertThat(loop.thread.awaitTermination(10, TimeUnit.SECONDS)).isTrue();
      ledger.appendAndAwait(Events.intent("after"));
      assertThat(ledger.size()).isEqualTo(3);
    }
  }

  private EventLoop loop(Ledger ledger) {
    EventLoop loop = new EventLoop(ledger, "loop-" + loops.size());
    loops.add(loop);
    return loop;
  }

  /// One thread that appends and keeps what it is told.
  private static final class EventLoop {
    final String name;
    final ExecutorService thread;
    final List<Long> indexes = Collections.synchronizedList(new ArrayList<>());
    final List<Problem> problems = Collections.synchronizedList(new ArrayList<>());
    final Set<String> toldOn = ConcurrentHashMap.newKeySet();
    private final Ledger ledger;
    private final CommitLoop callbacks;

    EventLoop(Ledger ledger, String name) {
      this.ledger = ledger;
      this.name = name;
      this.thread = Executors.newSingleThreadExecutor(Thread.ofPlatform().name(name).factory());
      this.callbacks =
          ledger.commitLoop(thread, () -> Thread.currentThread().getName().equals(name));
    }

    CountDownLatch appendTurn(int count) {
      CountDownLatch done = new CountDownLatch(count);
      thread.execute(() -> append(count, done));
      return done;
    }

    void appendLast() {
      thread.execute(() -> {
        thread.shutdown();
        append(1, new CountDownLatch(1));
      });
    }

    private void append(int count, CountDownLatch done) {
      for (int i = 0; i < count; i++) {
        ledger.append(Events.intent(name), new Told(done));
      }
    }

    private final class Told implements Completion {
      private final CountDownLatch done;

      Told(CountDownLatch done) {
        this.done = done;
      }

      @Override
      public CommitLoop executor() {
        return callbacks;
      }

      @Override
      public void durable(long index) {
        indexes.add(index);
        told();
      }

      @Override
      public void failed(Problem problem) {
        problems.add(problem);
        told();
      }

      private void told() {
        toldOn.add(Thread.currentThread().getName());
        done.countDown();
      }
    }
  }

  /// A disk that remembers who syncs the journal, and takes its time.
  private static final class SyncThreads implements LedgerFiles {
    private final LedgerFiles disk = new UnsyncedFiles();
    private final long nanos;
    private final List<String> threads = Collections.synchronizedList(new ArrayList<>());

    SyncThreads(long nanos) {
      this.nanos = nanos;
    }

    void clear() {
      threads.clear();
    }

    List<String> threads() {
      return List.copyOf(threads);
    }

    @Override
    public OpenFile open(Path path) throws IOException {
      OpenFile file = disk.open(path);
      return new OpenFile() {
        @Override
        public long size() throws IOException {
          return file.size();
        }

        @Override
        public int write(ByteBuffer bytes, long position) throws IOException {
          return file.write(bytes, position);
        }

        @Override
        public int read(ByteBuffer bytes, long position) throws IOException {
          return file.read(bytes, position);
        }

        @Override
        public void force() throws IOException {
          LockSupport.parkNanos(nanos);
          if (path.toString().contains("/journal/")) {
            threads.add(Thread.currentThread().getName());
          }
          file.force();
        }

        @Override
        public void close() throws IOException {
          file.close();
        }
      };
    }

    @Override
    public void move(Path from, Path to) throws IOException {
      disk.move(from, to);
    }

    @Override
    public void delete(Path path) throws IOException {
      disk.delete(path);
    }

    @Override
    public void syncDirectory(Path directory) throws IOException {
      disk.syncDirectory(directory);
    }
  }
}
