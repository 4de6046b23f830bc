package io.keymantle.ledger;

import io.keymantle.domain.Problem;
import io.keymantle.domain.RefusedException;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/// The completion of an append whose caller waits. The committer's deadline bounds the wait.
final class Waiter implements Completion {
  private final Thread thread;
  private volatile boolean told;
  private long index;
  private @Nullable Problem problem;

  Waiter(Thread thread) {
    this.thread = thread;
  }

  /// Waits for the index, even when interrupted: the entry is on its way and cannot be taken back.
  long await() {
    boolean interrupted = false;
    while (!told) {
      LockSupport.park(this);
      interrupted |= Thread.interrupted();
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    if (problem != null) {
      throw new RefusedException(problem);
    }
    return index;
  }

  @Override
  public void durable(long at) {
    index = at;
    told = true;
    LockSupport.unpark(thread);
  }

  @Override
  public void failed(Problem why) {
    problem = why;
    told = true;
    LockSupport.unpark(thread);
  }
}
