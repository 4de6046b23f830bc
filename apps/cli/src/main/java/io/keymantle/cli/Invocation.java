package io.keymantle.cli;

import io.keymantle.domain.HomeDirectory;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/// One call of a command: what was typed, from where, for which home.
public final class Invocation {
  private final TypedArguments typed;
  private final Terminal terminal;
  private final HomeDirectory home;

  Invocation(TypedArguments typed, Terminal terminal, HomeDirectory home) {
    this.typed = typed;
    this.terminal = terminal;
    this.home = home;
  }

  public Terminal terminal() {
    return terminal;
  }

  public HomeDirectory home() {
    return home;
  }

  /// Whether the answer is wanted as JSON.
  public boolean json() {
    return flag("--json");
  }

  public boolean flag(String option) {
    return typed.flag(option);
  }

  /// The option's text, empty when it was not given.
  public String text(String option) {
    return typed.text(option);
  }

  public boolean has(String option) {
    return typed.flag(option);
  }

  /// What a repeatable or comma-separated option was given.
  public List<String> texts(String option) {
    return typed.texts(option);
  }

  /// The argument at an index, empty when there is none.
  public String argument(int index) {
    return index < typed.arguments().size() ? typed.arguments().get(index) : "";
  }

  /// All arguments from an index on.
  public List<String> arguments(int index) {
    return typed
        .arguments()
        .subList(Math.min(index, typed.arguments().size()), typed.arguments().size());
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
