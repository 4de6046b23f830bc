package io.keymantle.ledger;

import io.keymantle.domain.Problem;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/// Group commit: one thread takes everything that waits, writes it as one frame, syncs once, and
/// tells all completions.
///
/// Appending is one compare-and-set on a stack; only the append that finds it empty wakes the
/// thread. While a sync runs, the next batch gathers. A second thread watches the time: a disk that
/// does not answer leaves the committing thread stuck in a system call, and then the watcher tells
/// everybody who waits that the ledger has failed.
final class Committer {
  private static final System.Logger LOG = System.getLogger(Committer.class.getName());
  private static final PendingEntry CLOSED =
      new PendingEntry(new byte[0], CommitBatch.Unwatched.INSTANCE);
  private static final long WATCH_NANOS = Duration.ofMillis(250).toNanos();

  private final Journal journal;
  private final int queueCapacity;
  private final Duration deadline;
  private final Runnable onDurable;
  private final LongFunction<byte[]> lossEntry;
  private final AtomicReference<@Nullable PendingEntry> waiting = new AtomicReference<>();
  private final AtomicReference<@Nullable Problem> failure = new AtomicReference<>();
  private final AtomicLong lost = new AtomicLong();
  private final byte[] frame = new byte[Journal.MAX_FRAME];
  private final ByteBuffer direct = ByteBuffer.allocateDirect(Journal.MAX_FRAME);
  private final Thread thread;
  private final Thread watcher;
  private volatile @Nullable CommitBatch inFlight;
  private volatile long durable;
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
    this.thread = Thread.ofVirtual().name("ledger-commit").unstarted(this::commit);
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

  void append(byte[] bytes, Completion completion) {
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
        if (completion == CommitBatch.Unwatched.INSTANCE) {
          lost.incrementAndGet();
        }
        refuse(entry, LedgerFailure.busy());
        return;
      }
      entry.previous = before;
      entry.depth = depth + 1;
    } while (!waiting.compareAndSet(before, entry));
    if (before == null) {
      LockSupport.unpark(thread);
    }
  }

  private static void refuse(PendingEntry entry, Problem problem) {
    new CommitBatch(List.of(entry), List.of(), 0).failed(problem);
  }

  private void commit() {
    List<PendingEntry> taken = new ArrayList<>();
    while (true) {
      if (taken.isEmpty()) {
        PendingEntry newest = waiting.get();
        if (newest == CLOSED) {
          return;
        }
        if (newest == null) {
          if (closing && waiting.compareAndSet(null, CLOSED)) {
            return;
          }
          LockSupport.park(this);
          continue;
        }
        taken = take();
      }
      int count = commitSome(taken);
      if (count < 0) {
        return;
      }
      taken = count == taken.size() ? List.of() : taken.subList(count, taken.size());
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
  private int commitSome(List<PendingEntry> taken) {
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
    batch.durable(first);
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
      LOG.log(System.Logger.Level.ERROR, "the ledger's commit failed", e);
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
  }

  private void watch() {
    while (thread.isAlive()) {
      LockSupport.parkNanos(WATCH_NANOS);
      CommitBatch batch = inFlight;
      if (batch != null && System.nanoTime() - batch.startedNanos > deadline.toNanos()) {
        fail(LedgerFailure.tooSlow(deadline.toSeconds()));
        return;
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
