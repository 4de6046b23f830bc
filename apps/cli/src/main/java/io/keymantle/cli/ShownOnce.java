package io.keymantle.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;

/// What the person at the terminal sees once and nobody else: a new seed, recovery codes. Into a
/// file or a pipe it goes only when that is asked for by `--show`.
final class ShownOnce {
  static final String FLAG = "--show";
  static final String WHAT = "Print what is shown once also where no terminal is.";

  private ShownOnce() {}

  /// Before anything is made that could not be shown.
  ///
  /// @throws UsageException when the output goes elsewhere and nobody said that it may
  static void requirePlace(Invocation invocation, String command) {
    boolean person = invocation.terminal().prompt().input() == Prompt.Input.PERSON;
    if ((!person || invocation.json()) && !invocation.flag(FLAG)) {
      throw new UsageException(
          "what this makes is shown once, and the output goes elsewhere",
          "run it on a terminal, or add --show: keymantle " + command + " --show");
    }
  }

  static void recoveryCodes(Invocation invocation, JsonObject answer) {
    if (invocation.json()) {
      invocation.say(Json.text(answer));
      return;
    }
    invocation.say("recovery codes, each good once, to log in when the authenticator is lost:");
    answer.texts("recoveryCodes").forEach(code -> invocation.say("  " + code));
    invocation.note("they are not shown again: print them, or keep them in a password manager");
  }

  /// A code from a prompt or from standard input, as the body of a call. It never stands in the
  /// arguments, where other users could read it.
  static Map<String, Object> code(Invocation invocation, String question) throws IOException {
    byte[] code = ValueInput.read(invocation.terminal(), question);
    try {
      return Map.of("code", new String(code, StandardCharsets.UTF_8));
    } finally {
      Arrays.fill(code, (byte) 0);
    }
  }
}
