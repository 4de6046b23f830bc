package io.keymantle.ledger;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/// Checks a ledger's directory offline, without changing it.
///
/// Guarantees: finds any change of any byte that was made without the log's key, also a missing,
/// extra or renamed file; with a checkpoint that was kept elsewhere, also a history that was
/// rewritten or cut with the key.
///
/// Not guaranteed: without such a checkpoint, that the whole directory is not an older state of the
/// same log. And entries that a crash left in the journal are under no signature yet: the public
/// key alone checks their checksums, the private key also their tags.
public final class LedgerVerifier {
  private static final int MAX_NOTE = 64 * 1024;

  private final Path ledger;
  private final LedgerPublicKey key;
  private final Optional<JournalTag> tag;
  private final VerificationFindings findings = new VerificationFindings();

  private LedgerVerifier(Path ledger, LedgerPublicKey key, Optional<JournalTag> tag) {
    this.ledger = ledger;
    this.key = key;
    this.tag = tag;
  }

  /// Checks every byte of the directory with the log's public key, and against a checkpoint that
  /// was kept elsewhere when there is one. Never throws for what it finds.
  public static VerificationReport verify(
      Path directory, LedgerPublicKey key, Optional<Path> witnessedCheckpoint) {
    return new LedgerVerifier(directory, key, Optional.empty()).run(witnessedCheckpoint);
  }

  /// As [#verify(Path, LedgerPublicKey, Optional)], and with the private key also the journal's
  /// tags, which the public key alone cannot check.
  public static VerificationReport verify(
      Path directory, LedgerSigner signer, Optional<Path> witnessedCheckpoint) {
    return new LedgerVerifier(directory, signer.verifierKey(), Optional.of(JournalTag.of(signer)))
        .run(witnessedCheckpoint);
  }

  private VerificationReport run(Optional<Path> witnessedCheckpoint) {
    Optional<SignedCheckpoint> checkpoint = readCheckpoint();
    Optional<SignedCheckpoint> witnessed = witnessedCheckpoint.flatMap(this::readWitness);
    long size = checkpoint.map(SignedCheckpoint::size).orElse(0L);
    Optional<TreeHash> root = Optional.empty();
    int pending = 0;
    if (checkpoint.isPresent()) {
      try {
        JournalCheck journal = JournalCheck.read(ledger, size, tag, findings);
        pending = journal.pending().size();
        if (pending > 0 && tag.isEmpty()) {
          findings.note(
              "the last "
                  + pending
                  + " entries are under no checkpoint yet: checked by their checksums; the log's"
                  + " key checks their tags too");
        }
        var tree = new TreeCheck(ledger, size, journal, findings);
        Set<Long> wanted = new HashSet<>();
        witnessed.map(SignedCheckpoint::size).ifPresent(wanted::add);
        tree.run(wanted);
        root = tree.root(size);
        compareRoot(tree, checkpoint.get(), root);
        witnessed.ifPresent(witness -> compareWitness(tree, checkpoint.get(), witness));
        checkNames(tree);
      } catch (IOException | UncheckedIOException e) {
        findings.problem(".", "cannot be read: " + e.getClass().getSimpleName());
      }
    }
    boolean ok = findings.problems().isEmpty();
    return new VerificationReport(
        ok, size, pending, root, checkpoint, findings.problems(), findings.notes());
  }

  private Optional<SignedCheckpoint> readCheckpoint() {
    Path path = ledger.resolve(TileStore.CHECKPOINT);
    if (!Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS)) {
      findings.problem(TileStore.CHECKPOINT, "is missing");
      return Optional.empty();
    }
    Optional<SignedCheckpoint> checkpoint =
        note(path).flatMap(bytes -> CheckpointNote.openOwn(bytes, key));
    if (checkpoint.isEmpty()) {
      findings.problem(
          TileStore.CHECKPOINT, 0, "is not a checkpoint that " + key.name() + " has signed");
    }
    return checkpoint;
  }

  private Optional<SignedCheckpoint> readWitness(Path path) {
    Optional<SignedCheckpoint> witness =
        note(path).flatMap(bytes -> CheckpointNote.open(bytes, key));
    if (witness.isEmpty()) {
      findings.problem(
          path.toString(), 0, "is not a checkpoint that " + key.name() + " has signed");
    }
    return witness;
  }

  private static Optional<byte[]> note(Path path) {
    try {
      return Files.size(path) > MAX_NOTE ? Optional.empty() : Optional.of(Files.readAllBytes(path));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private void compareRoot(TreeCheck tree, SignedCheckpoint checkpoint, Optional<TreeHash> root) {
    boolean same = root.map(checkpoint.root()::equals).orElse(false);
    tree.report(same);
    if (root.isPresent() && !same) {
      findings.problem(
          TileStore.CHECKPOINT, "its signed root is not the root of the entries: " + root.get());
    }
  }

  private void compareWitness(
      TreeCheck tree, SignedCheckpoint checkpoint, SignedCheckpoint witness) {
    if (witness.size() > checkpoint.size()) {
      findings.problem(
          TileStore.CHECKPOINT,
          "the witnessed checkpoint covers "
              + witness.size()
              + " entries, the ledger only "
              + checkpoint.size()
              + ": it was cut or put back");
      return;
    }
    boolean same = tree.root(witness.size()).map(witness.root()::equals).orElse(false);
    if (!same) {
      findings.problem(
          TileStore.CHECKPOINT,
          "the first "
              + witness.size()
              + " entries are not those of the witnessed checkpoint: history was rewritten");
    }
  }

  /// Every file must belong to the ledger.
  private void checkNames(TreeCheck tree) throws IOException {
    List<Path> all;
    try (Stream<Path> walk = Files.walk(ledger)) {
      all = walk.filter(path -> !Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)).toList();
    }
    for (Path path : all) {
      String name = ledger.relativize(path).toString().replace('\\', '/');
      boolean plain = Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS);
      if (plain && (name.equals(TileStore.CHECKPOINT) || tree.expects(name) || isJournal(path))) {
        continue;
      }
      if (plain && name.startsWith(TileStore.TEMPORARY + "/")) {
        findings.note(name + " was left half-written; the next start of the broker drops it");
      } else if (plain && name.startsWith(TileStore.TILES + "/") && tree.isLeftover(name)) {
        findings.note(name + " is older or newer than the checkpoint, and right");
      } else {
        findings.problem(name, "is not part of the ledger");
      }
    }
  }

  private boolean isJournal(Path path) {
    return ledger.resolve(Journal.DIRECTORY).equals(path.getParent()) && Journal.number(path) > 0;
  }
}
