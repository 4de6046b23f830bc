package io.keymantle.ledger;

import org.jspecify.annotations.Nullable;

/// An encoded entry on its way to the disk; a link of the stack of entries that wait.
final class PendingEntry {
  final byte[] bytes;
  final Completion completion;

  /// The entry that was appended before this one and waits too.
  @Nullable PendingEntry previous;

  /// How many wait, with this one.
  int depth;

  /// Whether anybody waits for this one or one before it.
  boolean watched;

  /// The loop of the newest that somebody waits for, if it has one.
  @Nullable CommitLoop loop;

  PendingEntry(byte[] bytes, Completion completion) {
    this.bytes = bytes;
    this.completion = completion;
  }

  /// Takes its place above the one before it.
  void follow(@Nullable PendingEntry before, boolean isWatched) {
    previous = before;
    depth = before == null ? 1 : before.depth + 1;
    watched = isWatched || (before != null && before.watched);
    if (isWatched) {
      loop = completion.executor() instanceof CommitLoop own ? own : null;
    } else {
      loop = before == null ? null : before.loop;
    }
  }
}
