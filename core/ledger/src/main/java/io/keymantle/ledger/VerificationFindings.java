package io.keymantle.ledger;

import io.keymantle.ledger.VerificationReport.Finding;
import java.util.ArrayList;
import java.util.List;

/// What a verification has found so far. Keeps the first hundred findings, since one changed byte
/// can show in every tile above it.
final class VerificationFindings {
  private static final int LIMIT = 100;

  private final List<Finding> problems = new ArrayList<>();
  private final List<String> notes = new ArrayList<>();

  void problem(String file, long offset, String message) {
    if (problems.size() < LIMIT) {
      problems.add(new Finding(file, offset, message));
    }
  }

  void problem(String file, String message) {
    problem(file, -1, message);
  }

  void note(String note) {
    if (notes.size() < LIMIT) {
      notes.add(note);
    }
  }

  List<Finding> problems() {
    return problems;
  }

  List<String> notes() {
    return notes;
  }
}
