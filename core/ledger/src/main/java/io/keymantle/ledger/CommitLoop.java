package io.keymantle.ledger;

import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;

/// An event loop that commits what it appends itself, at the end of its turn. Thread-safe.
///
/// Waking a committing thread and being woken by it costs more than a quick disk takes to confirm a
/// write, and whatever else the loop would do meanwhile waits in its sockets and shares the next
/// commit. So an append whose completion names a commit loop as its executor, made on that loop,
/// needs no other thread. When the disk is slow, or another loop is just committing, the append
/// goes the ordinary way, so that no loop waits for long.
///
/// Made by [Ledger#commitLoop].
public final class CommitLoop implements Executor {
  private final Executor loop;
  private final BooleanSupplier here;
  private final Runnable commit;
  private final AtomicBoolean due = new AtomicBoolean();

  /// @param here whether the current thread is the loop's
  CommitLoop(Executor loop, BooleanSupplier here, Runnable commit) {
    this.loop = loop;
    this.here = here;
    this.commit = commit;
  }

  @Override
  public void execute(Runnable task) {
    loop.execute(task);
  }

  boolean isHere() {
    return here.getAsBoolean();
  }

  /// Has the loop commit after what it is doing now; false when it has shut down.
  boolean commitSoon() {
    if (!due.compareAndSet(false, true)) {
      return true;
    }
    try {
      loop.execute(this::commit);
      return true;
    } catch (RejectedExecutionException e) {
      due.set(false);
      return false;
    }
  }

  private void commit() {
    due.set(false);
    commit.run();
  }
}
