package io.keymantle.cli;

import io.keymantle.domain.ErrorCode;
import io.keymantle.domain.RefusedException;
import io.keymantle.intake.Intake;
import io.keymantle.intake.IntakeKey;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// Reads a value that must not be shown and seals it to the broker.
///
/// Guarantees: the plaintext is in arrays of this class only, which are zeroed; it leaves the
/// process sealed. Not guaranteed: what the terminal, the pipe's other end or the kernel's buffers
/// keep.
public final class ValueInput {
  /// The longest value, and room for the line end.
  private static final int LIMIT = Intake.MAX_LENGTH + 2;

  private ValueInput() {}

  /// Reads one value from standard input or a prompt, without the one line end that may follow it.
  /// The caller zeroes it.
  ///
  /// @throws RefusedException with `value_unusable` when it is empty or too long
  public static byte[] read(Terminal terminal, String question) throws IOException {
    return switch (terminal.prompt().input()) {
      case PERSON -> prompted(terminal, question);
      case STREAM -> streamed(terminal);
      case UNSAFE_TERMINAL ->
          throw RefusedException.of(
              ErrorCode.VALUE_UNUSABLE,
              "the terminal would show the value, because the output goes elsewhere",
              "pipe it into the same command: printf %s \"$VALUE\" | keymantle COMMAND");
    };
  }

  /// Reads one value and seals it for a context, the name of the credential or of the purpose.
  static String sealed(BrokerClient broker, Terminal terminal, String question, String context)
      throws IOException {
    // The key first: a broker that is not there must not cost a typed value.
    IntakeKey key = IntakeKey.parse(broker.get("/v1/intake-key").text("key"));
    return Intake.seal(key, read(terminal, question), context).text();
  }

  private static byte[] prompted(Terminal terminal, String question) {
    char[] typed = terminal.prompt().ask(question + ": ");
    try {
      ByteBuffer encoded = StandardCharsets.UTF_8.encode(CharBuffer.wrap(typed));
      byte[] value = new byte[encoded.remaining()];
      encoded.get(value);
      // The encoder's own buffer has the value as well.
      encoded.rewind();
      while (encoded.hasRemaining()) {
        encoded.put((byte) 0);
      }
      return checked(value, value.length);
    } finally {
      Arrays.fill(typed, '\0');
    }
  }

  private static byte[] streamed(Terminal terminal) throws IOException {
    byte[] buffer = new byte[LIMIT + 1];
    try {
      int length = 0;
      for (int n = 0; n >= 0 && length < buffer.length; ) {
        n = terminal.in().read(buffer, length, buffer.length - length);
        length += Math.max(n, 0);
      }
      if (length > 0 && buffer[length - 1] == '\n') {
        length--;
        if (length > 0 && buffer[length - 1] == '\r') {
          length--;
        }
      }
      return checked(buffer, length);
    } finally {
      Arrays.fill(buffer, (byte) 0);
    }
  }

  private static byte[] checked(byte[] buffer, int length) {
    if (length == 0) {
      throw RefusedException.of(
          ErrorCode.VALUE_UNUSABLE,
          "the value is empty",
          "pipe it into the same command: printf %s \"$VALUE\" | keymantle COMMAND");
    }
    if (length > Intake.MAX_LENGTH) {
      throw RefusedException.of(
          ErrorCode.VALUE_UNUSABLE,
          "the value is longer than " + Intake.MAX_LENGTH + " bytes",
          "store a shorter value, or keep it in its source: --source file:PATH");
    }
    return Arrays.copyOf(buffer, length);
  }
}
