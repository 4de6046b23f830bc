package io.keymantle.ledger;

import java.util.List;
import java.util.Optional;

/// What a verification found.
///
/// @param ok whether everything is as the log's key signed it
/// @param size entries under the signed checkpoint
/// @param pending whole entries in the journal that no checkpoint covers yet; the next start of the
///   broker signs them
/// @param root root hash as computed from the entries; absent when they could not be read
/// @param checkpoint the stored checkpoint, when its signature is good
/// @param problems what is wrong, the first found first; empty when ok
/// @param notes what is not wrong but worth saying, such as leftovers of a crash
public record VerificationReport(
    boolean ok,
    long size,
    long pending,
    Optional<TreeHash> root,
    Optional<SignedCheckpoint> checkpoint,
    List<Finding> problems,
    List<String> notes) {

  public VerificationReport {
    problems = List.copyOf(problems);
    notes = List.copyOf(notes);
  }

  /// One thing that is wrong.
  ///
  /// @param file path relative to the ledger's directory
  /// @param offset byte in that file where it begins, -1 when it concerns the whole file
  /// @param message one line
  public record Finding(String file, long offset, String message) {
    /// `file@offset: message`, one line.
    public String line() {
      return (offset < 0 ? file : file + "@" + offset) + ": " + message;
    }
  }

  /// One line for people: the verdict with size and root, or the first problem.
  public String summary() {
    if (ok) {
      return "ledger ok: "
          + size
          + " entries, root "
          + root.map(TreeHash::base64).orElse("unknown")
          + (pending == 0 ? "" : ", " + pending + " more in the journal");
    }
    return "ledger NOT ok: " + problems.getFirst().line();
  }
}
