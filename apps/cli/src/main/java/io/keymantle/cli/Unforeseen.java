package io.keymantle.cli;

import io.keymantle.domain.ErrorCode;
import io.keymantle.domain.Problem;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.InvalidPathException;
import java.util.Objects;

/// A failure that no command foresaw, in the one form that all problems have. Never its own message
/// or its stack trace: either may carry what was typed.
final class Unforeseen {
  private Unforeseen() {}

  /// A file is named, for it is what has to be mended.
  static Problem problem(IOException cause) {
    String file =
        cause instanceof FileSystemException named
            ? " at " + Objects.requireNonNullElse(named.getFile(), "a file")
            : "";
    return new Problem(
        ErrorCode.INTERNAL,
        "input or output failed" + file + " (" + cause.getClass().getSimpleName() + ")",
        "check that the terminal, the file or the disk still takes data");
  }

  static Problem problem(RuntimeException cause) {
    if (cause instanceof InvalidPathException) {
      return new Problem(
          ErrorCode.INVALID_REQUEST,
          "a path has characters that the locale of this shell cannot name",
          "export LC_ALL=C.UTF-8, then the same command again");
    }
    return new Problem(
        ErrorCode.INTERNAL,
        "Keymantle failed (" + cause.getClass().getSimpleName() + ")",
        "keymantle doctor, and report it with the command that you ran");
  }
}
