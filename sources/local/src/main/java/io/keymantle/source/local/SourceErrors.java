package io.keymantle.source.local;

import io.keymantle.domain.CredentialName;
import io.keymantle.domain.ErrorCode;
import io.keymantle.domain.RefusedException;
import io.keymantle.secret.SecretBytes;
import io.keymantle.source.spi.SourceException;
import io.keymantle.source.spi.SourceException.Reason;
import io.keymantle.source.spi.SourceValue;
import java.util.Arrays;

/// The refusals that local sources share. None of them takes anything that was read.
final class SourceErrors {
  private SourceErrors() {}

  static RefusedException malformed(String message, String fix) {
    return RefusedException.of(ErrorCode.INVALID_CONFIGURATION, message, fix);
  }

  static SourceException notFound(String message, String fix) {
    return new SourceException(Reason.NOT_FOUND, message, fix);
  }

  static SourceException failed(String message, String fix) {
    return new SourceException(Reason.FAILED, message, fix);
  }

  /// Takes ownership of what was read.
  static SourceValue value(CredentialName credential, byte[] value, String where)
      throws SourceException {
    if (value.length == 0) {
      throw notFound(where + " is empty", "put the value there");
    }
    if (value.length > SecretBytes.MAX_LENGTH) {
      Arrays.fill(value, (byte) 0);
      throw failed(
          where + " is longer than " + SecretBytes.MAX_LENGTH + " bytes",
          "name a source that holds the value alone");
    }
    return SourceValue.of(SecretBytes.adopt(credential.value(), value));
  }

  /// The length without one final line feed, or carriage return and line feed: what editors and
  /// commands put behind a value that is not part of it.
  static int lengthWithoutNewline(byte[] bytes, int length) {
    if (length == 0 || bytes[length - 1] != '\n') {
      return length;
    }
    return length > 1 && bytes[length - 2] == '\r' ? length - 2 : length - 1;
  }
}
