package io.keymantle.cli;

import io.keymantle.domain.HomeDirectory;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/// Runs commands as a person would type them, and keeps what they printed.
final class Typist {
  private final HomeDirectory home;
  private final Map<String, String> environment = new HashMap<>();
  private Prompt prompt = Prompt.NONE;
  private String input = "";

  Typist(HomeDirectory home) {
    this.home = home;
  }

  /// What a command gave back.
  record Result(int status, String out, String err) {
    String all() {
      return out + err;
    }
  }

  Typist with(String variable, String value) {
    environment.put(variable, value);
    return this;
  }

  Typist piping(String text) {
    input = text;
    return this;
  }

  Typist at(Prompt terminal) {
    prompt = terminal;
    return this;
  }

  Result type(String... words) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    Terminal terminal =
        new Terminal(
            new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)),
            new PrintStream(out, false, StandardCharsets.UTF_8),
            new PrintStream(err, false, StandardCharsets.UTF_8),
            environment,
            prompt);
    int status = Main.run(terminal, home, words);
    return new Result(
        status, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
  }
}
