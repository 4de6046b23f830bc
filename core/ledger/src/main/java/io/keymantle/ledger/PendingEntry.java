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

  PendingEntry(byte[] bytes, Completion completion) {
    this.bytes = bytes;
    this.completion = completion;
  }
}
