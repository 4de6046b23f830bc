package io.keymantle.ledger;

import java.security.MessageDigest;
import java.util.List;

/// Verification of RFC 6962 proofs, by the algorithms of RFC 9162 section 2.1.3.2 and 2.1.4.2.
/// Pure.
public final class MerkleProofs {
  private MerkleProofs() {}

  /// Whether the proof shows that the leaf is at its index in the tree with that root.
  public static boolean verifies(InclusionProof proof, TreeHash leaf, TreeHash root) {
    long size = proof.size();
    if (proof.index() < 0 || proof.index() >= size) {
      return false;
    }
    MessageDigest digest = Hashes.sha256();
    long node = proof.index();
    long last = size - 1;
    byte[] hash = leaf.bytes();
    for (TreeHash sibling : proof.hashes()) {
      if (last == 0) {
        return false;
      }
      if ((node & 1) == 1 || node == last) {
        hash = Hashes.node(digest, sibling.bytes(), hash);
        int steps = (node & 1) == 1 ? 0 : Long.numberOfTrailingZeros(node);
        // On the right edge, levels without a sibling are passed over.
        node >>>= steps;
        last >>>= steps;
      } else {
        hash = Hashes.node(digest, hash, sibling.bytes());
      }
      node >>>= 1;
      last >>>= 1;
    }
    return last == 0 && new TreeHash(hash).equals(root);
  }

  /// Whether the proof shows that the tree with `newRoot` begins with the tree with `oldRoot`.
  public static boolean verifies(ConsistencyProof proof, TreeHash oldRoot, TreeHash newRoot) {
    long oldSize = proof.oldSize();
    long newSize = proof.newSize();
    List<TreeHash> path = proof.hashes();
    if (oldSize < 0 || oldSize > newSize) {
      return false;
    }
    if (oldSize == newSize) {
      return path.isEmpty() && oldRoot.equals(newRoot);
    }
    if (oldSize == 0) {
      return path.isEmpty() && oldRoot.equals(new TreeHash(Hashes.sha256().digest()));
    }
    long node = oldSize - 1;
    long last = newSize - 1;
    int rightEdges = Long.numberOfTrailingZeros(~node);
    node >>>= rightEdges;
    last >>>= rightEdges;
    boolean oldIsWholeSubtree = node == 0;
    if (path.isEmpty() && !oldIsWholeSubtree) {
      return false;
    }
    MessageDigest digest = Hashes.sha256();
    byte[] start = oldIsWholeSubtree ? oldRoot.bytes() : path.getFirst().bytes();
    byte[] oldHash = start;
    byte[] newHash = start;
    for (TreeHash step : path.subList(oldIsWholeSubtree ? 0 : 1, path.size())) {
      if (last == 0) {
        return false;
      }
      if ((node & 1) == 1 || node == last) {
        oldHash = Hashes.node(digest, step.bytes(), oldHash);
        newHash = Hashes.node(digest, step.bytes(), newHash);
        int steps = (node & 1) == 1 ? 0 : Long.numberOfTrailingZeros(node);
        node >>>= steps;
        last >>>= steps;
      } else {
        newHash = Hashes.node(digest, newHash, step.bytes());
      }
      node >>>= 1;
      last >>>= 1;
    }
    return last == 0
        && new TreeHash(oldHash).equals(oldRoot)
        && new TreeHash(newHash).equals(newRoot);
  }
}
