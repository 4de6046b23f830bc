package io.keymantle.cli;

import io.keymantle.domain.ErrorCode;
import io.keymantle.domain.Problem;

/// The command was typed wrongly. The message never repeats what was typed but for the name of an
/// option: an argument may be a value in the wrong place.
public final class UsageException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final Problem problem;

  public UsageException(String message, String fix) {
    super(message, null, false, false);
    problem = new Problem(ErrorCode.INVALID_REQUEST, message, fix);
  }

  /// The same as on every face.
  Problem problem() {
    return problem;
  }
}
