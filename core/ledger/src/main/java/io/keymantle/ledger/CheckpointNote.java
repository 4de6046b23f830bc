package io.keymantle.ledger;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;

/// The text form of a checkpoint (C2SP tlog-checkpoint): origin, size and root, each on a line.
final class CheckpointNote {
  private CheckpointNote() {}

  static SignedCheckpoint sign(long size, TreeHash root, LedgerSigner signer) {
    String body = signer.origin() + "\n" + size + "\n" + root.base64() + "\n";
    return new SignedCheckpoint(signer.origin(), size, root, SignedNote.sign(body, signer).text());
  }

  /// The checkpoint in the bytes, if it is one and the key signed it. Signatures by others, such as
  /// witnesses, may stand beside.
  static Optional<SignedCheckpoint> open(byte[] bytes, LedgerPublicKey key) {
    return SignedNote.parse(bytes)
        .filter(note -> note.isSignedBy(key))
        .flatMap(note -> read(note, key.name()));
  }

  /// As [#open], but nothing may stand in the bytes beside the log's own signature.
  static Optional<SignedCheckpoint> openOwn(byte[] bytes, LedgerPublicKey key) {
    return SignedNote.parse(bytes)
        .filter(note -> note.signatures().size() == 1 && note.isSignedBy(key))
        .flatMap(note -> read(note, key.name()));
  }

  private static Optional<SignedCheckpoint> read(SignedNote note, String origin) {
    String[] lines = note.body().split("\n", -1);
    if (lines.length < 4 || !lines[0].equals(origin)) {
      return Optional.empty();
    }
    try {
      long size = Long.parseLong(lines[1]);
      byte[] root = Base64.getDecoder().decode(lines[2].getBytes(StandardCharsets.UTF_8));
      if (size < 0 || !Long.toString(size).equals(lines[1]) || root.length != Hashes.LENGTH) {
        return Optional.empty();
      }
      return Optional.of(new SignedCheckpoint(origin, size, new TreeHash(root), note.text()));
    } catch (IllegalArgumentException malformed) {
      return Optional.empty();
    }
  }
}
