package io.keymantle.cli;

import io.keymantle.domain.ErrorCode;

/// What a command's exit status means; scripts rely on these.
public final class ExitStatus {
  public static final int DONE = 0;
  public static final int REFUSED = 1;
  public static final int USAGE = 2;
  public static final int UNREACHABLE = 3;

  private ExitStatus() {}

  static int of(ErrorCode code) {
    if (code == ErrorCode.BROKER_UNREACHABLE) {
      return UNREACHABLE;
    }
    return code == ErrorCode.VALUE_IN_ARGUMENTS ? USAGE : REFUSED;
  }
}
