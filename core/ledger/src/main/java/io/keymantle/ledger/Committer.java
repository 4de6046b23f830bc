package io.keymantle.ledger;

import io.keymantle.domain.Problem;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/// Group commit: whoever has the turn takes everything that waits, writes it as one frame, syncs
/// once, and tells all completions. The turn is the committing thread's or, while the disk is
/// quick, that of a [CommitLoop] which has appended itself.
///
/// Appending is one compare-and-set on a stack; only the first append that somebody waits for wakes
/// the thread. While a sync runs, the next batch gathers, and who had the turn passes it on. A
/// second thread watches the time: a disk that does not answer leaves the committing thread stuck
/// in a system call, and then the watcher tells everybody who waits that the ledger has failed. It
/// also sees to appends that nobody waits for.
final class Committer {
  private static final PendingEntry CLOSED =
      new PendingEntry(new byte[0], CommitBatch.Unwatched.INSTANCE);
  private static final long WATCH_NANOS = Duration.ofMillis(250).toNanos();

  /// Above this smoothed time of a commit, loops leave it to the thread: what waits on another of
  /// their connections should not wait longer than a short way through a network takes.
  private static final long QUICK_NANOS = Duration.ofMillis(2).toNanos();

  private static final int SMOOTHING = 8;

  /// How often a reader that waits for somebody else's commit looks again.
  private static final long SETTLING_NANOS = Duration.ofNanos(100_000).toNanos();

  private final Journal journal;
  private final int queueCapacity;
  private final Duration deadline;
  private final Runnable onDurable;
  private final LongFunction<byte[]> lossEntry;
  private final AtomicReference<@Nullable PendingEntry> waiting = new AtomicReference<>();
  private final AtomicReference<@Nullable Problem> failure = new AtomicReference<>();
  private final AtomicLong lost = new AtomicLong();
  private final AtomicBoolean turn = new AtomicBoolean();
  private final byte[] frame = new byte[Journal.MAX_FRAME];
  private final ByteBuffer direct = ByteBuffer.allocateDirect(Journal.MAX_FRAME);
  private final Thread thread;
  private final Thread watcher;
  private volatile @Nullable CommitBatch inFlight;
  private volatile long durable;
  private volatile long commitNanos;
  private volatile boolean closing;

  Committer(
      Journal journal,
      long next,
      LedgerConfiguration configuration,
      Runnable onDurable,
      LongFunction<byte[]> lossEntry) {
    this.journal = journal;
    this.durable = next;
    this.queueCapacity = configuration.queueCapacity();
    this.deadline = configuration.writeDeadline();
    this.onDurable = onDurable;
    this.lossEntry = lossEntry;
    this.thread = Thread.ofVirtual().name("ledger-commit").unstarted(this::commitAlways);
    this.watcher = Thread.ofPlatform().daemon().name("ledger-watch").unstarted(this::watch);
  }

  void start() {
    thread.start();
    watcher.start();
  }

  /// Number of durable entries.
  long durable() {
    return durable;
  }

  Optional<Problem> failure() {
    return Optional.ofNullable(failure.get());
  }

  /// A loop for which [#append] needs no other thread.
  CommitLoop loop(Executor loop, BooleanSupplier here) {
    return new CommitLoop(loop, here, this::takeTurn);
  }

  void append(byte[] bytes, Completion completion) {
    boolean watched = completion != CommitBatch.Unwatched.INSTANCE;
    var entry = new PendingEntry(bytes, completion);
    PendingEntry before;
    do {
      before = waiting.get();
      int depth = before == null ? 0 : before.depth;
      if (before == CLOSED || closing) {
        refuse(entry, failure().orElseGet(LedgerFailure::closed));
        return;
      }
      if (depth >= queueCapacity) {
        if (!watched) {
          lost.incrementAndGet();
        }
        refuse(entry, LedgerFailure.busy());
        return;
      }
      entry.follow(before, watched);
    } while (!waiting.compareAndSet(before, entry));
    if (watched) {
      haveCommitted(completion, before != null && before.watched);
    }
  }

  /// @param awaited whether somebody was told already to commit what waits
  private void haveCommitted(Completion completion, boolean awaited) {
    if (completion.executor() instanceof CommitLoop loop && loop.isHere() && isQuick()) {
      if (loop.commitSoon()) {
        return;
      }
    }
    if (!awaited) {
      LockSupport.unpark(thread);
    }
  }

  private boolean isQuick() {
    return commitNanos < QUICK_NANOS && journal.isReady();
  }

  private static void refuse(PendingEntry entry, Problem problem) {
    new CommitBatch(List.of(entry), List.of(), 0).failed(problem);
  }

  private void commitAlways() {
    while (true) {
      PendingEntry newest = waiting.get();
      if (newest == CLOSED || (newest == null && closing && isOver())) {
        return;
      }
      if (newest == null || !takeTurn()) {
        LockSupport.park(this);
      }
    }
  }

  /// Whether nothing waits and nobody is committing; then nothing is taken any more.
  private boolean isOver() {
    return !turn.get() && waiting.compareAndSet(null, CLOSED);
  }

  /// Commits everything that waits, unless somebody else is doing so; that one will look again.
  private boolean takeTurn() {
    if (!turn.compareAndSet(false, true)) {
      return false;
    }
    List<CommitBatch> written = new ArrayList<>(1);
    try {
      List<PendingEntry> left = take();
      while (!left.isEmpty()) {
        int count = commitSome(left, written);
        left = count < 0 ? List.of() : left.subList(count, left.size());
      }
    } finally {
      turn.set(false);
      passOn();
    }
    written.forEach(CommitBatch::tellDurable);
    return true;
  }

  /// Makes everything durable that was appended before the call, also what nobody waits for.
  /// Returns early when the ledger has failed.
  void settle() {
    while (failure.get() == null && (waiting.get() != null || turn.get())) {
      if (takeTurn()) {
        return;
      }
      LockSupport.parkNanos(this, SETTLING_NANOS);
    }
  }

  /// Has committed what came while this thread did, if anybody waits for it.
  private void passOn() {
    PendingEntry newest = waiting.get();
    if (newest == null || !newest.watched) {
      if (closing || newest == CLOSED) {
        LockSupport.unpark(thread);
      }
      return;
    }
    CommitLoop loop = newest.loop;
    if (loop == null || !isQuick() || !loop.commitSoon()) {
      LockSupport.unpark(thread);
    }
  }

  /// Everything that waits, oldest first; after it, the note of what was lost for want of room.
  private List<PendingEntry> take() {
    PendingEntry newest = waiting.get();
    while (newest != CLOSED && !waiting.compareAndSet(newest, null)) {
      newest = waiting.get();
    }
    if (newest == CLOSED || newest == null) {
      return List.of();
    }
    List<PendingEntry> taken = new ArrayList<>(newest.depth + 1);
    long missed = lost.getAndSet(0);
    if (missed > 0) {
      taken.add(new PendingEntry(lossEntry.apply(missed), CommitBatch.Unwatched.INSTANCE));
    }
    for (PendingEntry entry = newest; entry != null; entry = entry.previous) {
      taken.add(entry);
    }
    Collections.reverse(taken);
    return taken;
  }

  /// Commits as many as fit into a frame; returns how many, -1 when the ledger has stopped.
  private int commitSome(List<PendingEntry> taken, List<CommitBatch> done) {
    int length = 0;
    int count = 0;
    while (count < taken.size()) {
      byte[] bytes = taken.get(count).bytes;
      if (JournalFrame.HEADER + length + 2 + bytes.length > frame.length) {
        break;
      }
      int at = JournalFrame.HEADER + length;
      frame[at] = (byte) (bytes.length >> 8);
      frame[at + 1] = (byte) bytes.length;
      System.arraycopy(bytes, 0, frame, at + 2, bytes.length);
      length += 2 + bytes.length;
      count++;
    }
    List<PendingEntry> behind = taken.subList(count, taken.size());
    var batch = new CommitBatch(taken.subList(0, count), behind, System.nanoTime());
    inFlight = batch;
    boolean written = failure.get() == null && write(length, count);
    long smoothed = commitNanos;
    commitNanos = smoothed + (System.nanoTime() - batch.startedNanos - smoothed) / SMOOTHING;
    if (!written && batch.claim()) {
      batch.failed(failure().orElseGet(LedgerFailure::closed));
    }
    if (!written || !batch.claim()) {
      return -1;
    }
    inFlight = null;
    long first = durable;
    durable = first + count;
    onDurable.run();
    batch.durableFrom(first);
    done.add(batch);
    return count;
  }

  private boolean write(int length, int count) {
    try {
      JournalFrame.seal(frame, JournalFrame.ENTRIES, durable, count, length, journal.tag());
      direct.clear().put(frame, 0, JournalFrame.HEADER + length).flip();
      journal.append(direct, durable);
      return true;
    } catch (IOException e) {
      fail(LedgerFailure.of(e));
    } catch (RuntimeException e) {
      System.getLogger(Committer.class.getName())
          .log(System.Logger.Level.ERROR, "the ledger's commit failed", e);
      fail(LedgerFailure.of(new IOException(e)));
    } catch (Error e) {
      fail(LedgerFailure.of(new IOException(e)));
      throw e;
    }
    return false;
  }

  /// Stops the ledger for good. The first reason stays.
  void fail(Problem problem) {
    failure.compareAndSet(null, problem);
    Problem reason = failure().orElse(problem);
    CommitBatch stuck = inFlight;
    if (stuck != null && stuck.claim()) {
      stuck.failed(reason);
    }
    PendingEntry newest = waiting.getAndSet(CLOSED);
    List<PendingEntry> left = new ArrayList<>();
    for (PendingEntry entry = newest; entry != null; entry = entry.previous) {
      left.add(entry);
    }
    Collections.reverse(left);
    new CommitBatch(left, List.of(), 0).failed(reason);
    LockSupport.unpark(thread);
  }

  private void watch() {
    while (thread.isAlive()) {
      LockSupport.parkNanos(WATCH_NANOS);
      CommitBatch batch = inFlight;
      if (batch != null && System.nanoTime() - batch.startedNanos > deadline.toNanos()) {
        fail(LedgerFailure.tooSlow(deadline.toSeconds()));
        return;
      }
      if (waiting.get() != null) {
        LockSupport.unpark(thread);
      }
    }
  }

  /// Commits what waits and refuses the rest. Waits no longer than the write deadline.
  void close() {
    closing = true;
    LockSupport.unpark(thread);
    LockSupport.unpark(watcher);
    try {
      if (!thread.join(deadline.plusSeconds(1))) {
        fail(LedgerFailure.tooSlow(deadline.toSeconds()));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    LockSupport.unpark(watcher);
  }
}
