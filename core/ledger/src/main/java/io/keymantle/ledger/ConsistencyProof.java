package io.keymantle.ledger;

import java.util.List;

/// Evidence that the tree of `newSize` entries begins with the tree of `oldSize` entries (RFC 6962
/// section 2.1.2).
public record ConsistencyProof(long oldSize, long newSize, List<TreeHash> hashes) {
  public ConsistencyProof {
    hashes = List.copyOf(hashes);
  }
}
