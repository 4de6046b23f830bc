package io.keymantle.ledger;

import io.keymantle.domain.LedgerEvent;
import java.nio.charset.StandardCharsets;

/// One entry of the log: its place and its bytes, which are canonical JSON. Immutable.
public final class LedgerEntry {
  private final long index;
  private final byte[] bytes;

  LedgerEntry(long index, byte[] bytes) {
    this.index = index;
    this.bytes = bytes;
  }

  /// The entry's place in the log, from 0.
  public long index() {
    return index;
  }

  /// The bytes that the leaf hash is made of.
  public byte[] bytes() {
    return bytes.clone();
  }

  /// The bytes without a copy, for this package, which does not change them.
  byte[] raw() {
    return bytes;
  }

  /// The entry as one line of JSON.
  public String json() {
    return new String(bytes, StandardCharsets.UTF_8);
  }

  /// The entry as the event that was appended; long fields are cut as in the entry.
  ///
  /// @throws io.keymantle.domain.RefusedException with `ledger_damaged` when the bytes are no entry
  public LedgerEvent event() {
    return EntryDecoder.decode(index, bytes);
  }

  public TreeHash leafHash() {
    return TreeHash.ofLeaf(bytes);
  }
}
