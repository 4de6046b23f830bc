package io.keymantle.cli;

import io.keymantle.domain.ErrorCode;
import io.keymantle.domain.RefusedException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// What a person types and nobody may see, one after the other: each from a prompt without echo, or
/// each a line of standard input.
final class PasswordLines {
  private PasswordLines() {}

  /// @param questions one for each
  /// @throws RefusedException with `value_unusable` when standard input has another number of lines
  static List<String> read(Terminal terminal, String... questions) throws IOException {
    if (terminal.prompt().input() == Prompt.Input.PERSON) {
      List<String> typed = new ArrayList<>();
      for (String question : questions) {
        typed.add(text(ValueInput.read(terminal, question)));
      }
      return typed;
    }
    List<String> lines = List.of(text(ValueInput.read(terminal, questions[0])).split("\n", -1));
    if (lines.size() != questions.length) {
      throw RefusedException.of(
          ErrorCode.VALUE_UNUSABLE,
          "standard input has " + lines.size() + " lines, and " + questions.length + " are needed",
          "pipe in, a line each: " + String.join(", ", questions));
    }
    return lines;
  }

  private static String text(byte[] typed) {
    try {
      return new String(typed, StandardCharsets.UTF_8);
    } finally {
      Arrays.fill(typed, (byte) 0);
    }
  }
}
