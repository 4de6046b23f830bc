package io.keymantle.source.http;

import io.keymantle.source.spi.SourceException;
import io.keymantle.source.spi.SourceException.Reason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/// A file with a login in it. It is read anew for each login, since others replace it while the
/// broker runs.
public final class LoginFile {
  /// More than any login has.
  private static final long MOST_BYTES = 64 * 1024;

  private LoginFile() {}

  /// All of it; the caller zeroes it.
  ///
  /// @param fix what to do when it cannot be read
  /// @throws SourceException with UNAUTHENTICATED
  public static byte[] read(Path file, String fix) throws SourceException {
    try {
      if (Files.size(file) <= MOST_BYTES) {
        return Files.readAllBytes(file);
      }
    } catch (IOException e) {
      // Said below.
    }
    throw new SourceException(
        Reason.UNAUTHENTICATED, "the login in " + file + " cannot be read", fix);
  }

  /// Without the white space around it; the caller zeroes both arrays.
  public static byte[] stripped(byte[] text) {
    int start = 0;
    int end = text.length;
    while (start < end && isBlank(text[start])) {
      start++;
    }
    while (end > start && isBlank(text[end - 1])) {
      end--;
    }
    return Arrays.copyOfRange(text, start, end);
  }

  private static boolean isBlank(byte c) {
    return c >= 0 && c <= ' ';
  }
}
