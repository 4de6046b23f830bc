package io.keymantle.cli;

import io.keymantle.domain.HomeDirectory;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ParseResult;

/// One call of a command: what was typed, from where, for which home.
public record Invocation(ParseResult typed, Terminal terminal, HomeDirectory home) {

  /// Whether the answer is wanted as JSON.
  public boolean json() {
    return flag("--json");
  }

  public boolean flag(String option) {
    return typed.matchedOptionValue(option, Boolean.FALSE);
  }

  /// The option's text, empty when it was not given.
  public String text(String option) {
    return typed.matchedOptionValue(option, "");
  }

  public boolean has(String option) {
    return typed.hasMatchedOption(option);
  }

  /// What a repeatable or comma-separated option was given.
  public List<String> texts(String option) {
    return typed.matchedOptionValue(option, List.<String>of());
  }

  /// The positional argument at an index, empty when there is none.
  public String argument(int index) {
    @Nullable String value = typed.matchedPositionalValue(index, "");
    return value == null ? "" : value;
  }

  /// All arguments of a command that takes a list of them.
  public List<String> arguments(int index) {
    return typed.matchedPositionalValue(index, List.<String>of());
  }

  /// A broker client with a person's rights.
  AdminClient admin() {
    return new AdminClient(home, terminal);
  }

  /// Asks the running broker with a person's rights; for the verbs that open a home when there is
  /// none.
  ///
  /// @throws io.keymantle.domain.RefusedException with the broker's problem
  public void askBroker(String method, String target, Map<String, Object> body) throws IOException {
    var _ = admin().call(method, target, body).orRefuse();
  }

  public void say(String line) {
    terminal.out().println(line);
  }

  public void note(String line) {
    terminal.err().println("keymantle: " + line);
  }
}
