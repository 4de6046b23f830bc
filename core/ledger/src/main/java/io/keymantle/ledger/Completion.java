package io.keymantle.ledger;

import io.keymantle.domain.Problem;
import java.util.concurrent.Executor;

/// Learns how an append ended: exactly one of [#durable] and [#failed], once.
public interface Completion {
  /// Runs in the thread that committed. Only for callbacks that neither block nor take long: while
  /// one runs, no other entry becomes durable.
  Executor COMMITTING_THREAD = Runnable::run;

  /// The entry is on the disk, at this index.
  void durable(long index);

  /// The entry is not durable and must be treated as never written: use no secret.
  void failed(Problem problem);

  /// Where the callback runs. All completions of one commit that share an executor (by identity)
  /// are run there as one task, in the order of their appends, so that an event loop is woken once
  /// per commit and not once per entry.
  default Executor executor() {
    return COMMITTING_THREAD;
  }
}
