package io.keymantle.ledger;

/// The text form of an inclusion proof with its checkpoint (C2SP tlog-proof).
final class TlogProof {
  private TlogProof() {}

  static String text(InclusionProof proof, SignedCheckpoint checkpoint) {
    var text = new StringBuilder("c2sp.org/tlog-proof@v1\n");
    text.append("index ").append(proof.index()).append('\n');
    proof.hashes().forEach(hash -> text.append(hash.base64()).append('\n'));
    return text.append('\n').append(checkpoint.note()).toString();
  }
}
