package io.keymantle.ledger;

import java.util.List;

/// Evidence that the entry at `index` is in the tree of `size` entries (RFC 6962 section 2.1.1).
public record InclusionProof(long index, long size, List<TreeHash> hashes) {
  public InclusionProof {
    hashes = List.copyOf(hashes);
  }
}
