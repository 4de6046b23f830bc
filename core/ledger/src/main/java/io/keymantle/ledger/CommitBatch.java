package io.keymantle.ledger;

import io.keymantle.domain.Problem;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/// Entries that share one commit, and the telling of their completions: all that share an executor
/// are told in one task. Told once, either durable or failed, by whichever thread claims it first.
final class CommitBatch {
  private final List<PendingEntry> entries;
  private final List<PendingEntry> behind;
  private final AtomicBoolean told = new AtomicBoolean();
  final long startedNanos;
  private long first;

  /// @param entries what the commit holds
  /// @param behind what was taken together with them and comes in later commits; when this one
  ///   fails, they fail too
  CommitBatch(List<PendingEntry> entries, List<PendingEntry> behind, long startedNanos) {
    this.entries = entries;
    this.behind = behind;
    this.startedNanos = startedNanos;
  }

  /// Whether the caller is the one to tell.
  boolean claim() {
    return told.compareAndSet(false, true);
  }

  /// Notes the index of the first entry, for [#tellDurable].
  void durableFrom(long index) {
    first = index;
  }

  void tellDurable() {
    tell(entries, first, null);
  }

  void failed(Problem problem) {
    tell(entries, 0, problem);
    tell(behind, 0, problem);
  }

  @SuppressWarnings("ReferenceEquality") // executors are told apart by identity, as Completion says
  private static void tell(List<PendingEntry> entries, long first, @Nullable Problem problem) {
    List<Group> groups = new ArrayList<>(4);
    Group inline = null;
    for (int i = 0; i < entries.size(); i++) {
      Completion completion = entries.get(i).completion;
      if (completion == Unwatched.INSTANCE) {
        continue;
      }
      Executor executor = completion.executor();
      if (executor == Completion.COMMITTING_THREAD
          || (executor instanceof CommitLoop loop && loop.isHere())) {
        inline = inline == null ? new Group(executor, first, problem) : inline;
        inline.add(completion, i);
      } else {
        group(groups, executor, first, problem).add(completion, i);
      }
    }
    // Other threads start on theirs while this one runs its own.
    for (Group group : groups) {
      try {
        group.executor.execute(group);
      } catch (RejectedExecutionException e) {
        System.getLogger(CommitBatch.class.getName())
            .log(System.Logger.Level.DEBUG, "an executor has shut down before its completions", e);
      }
    }
    if (inline != null) {
      inline.run();
    }
  }

  @SuppressWarnings("ReferenceEquality") // as above
  private static Group group(
      List<Group> groups, Executor executor, long first, @Nullable Problem problem) {
    for (Group group : groups) {
      if (group.executor == executor) {
        return group;
      }
    }
    var group = new Group(executor, first, problem);
    groups.add(group);
    return group;
  }

  /// The completion of an append that nobody waits for.
  enum Unwatched implements Completion {
    INSTANCE;

    @Override
    public void durable(long index) {}

    @Override
    public void failed(Problem problem) {}
  }

  private static final class Group implements Runnable {
    private final Executor executor;
    private final long first;
    private final @Nullable Problem problem;
    private final List<Completion> completions = new ArrayList<>();
    private int[] places = new int[8];

    Group(Executor executor, long first, @Nullable Problem problem) {
      this.executor = executor;
      this.first = first;
      this.problem = problem;
    }

    void add(Completion completion, int place) {
      if (completions.size() == places.length) {
        places = java.util.Arrays.copyOf(places, places.length * 2);
      }
      places[completions.size()] = place;
      completions.add(completion);
    }

    @Override
    public void run() {
      for (int i = 0; i < completions.size(); i++) {
        try {
          if (problem == null) {
            completions.get(i).durable(first + places[i]);
          } else {
            completions.get(i).failed(problem);
          }
        } catch (RuntimeException e) {
          System.getLogger(CommitBatch.class.getName())
              .log(System.Logger.Level.ERROR, "a ledger completion failed", e);
        }
      }
    }
  }
}
