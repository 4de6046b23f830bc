package io.keymantle.cli;

import java.io.IOException;
import java.util.List;
import java.util.Map;

/// `completion`: a script that completes commands and options in a shell.
final class CompletionCommand implements Command {
  @Override
  public CommandDescription describe() {
    return Describe.command("completion", "Print a completion script for bash, zsh or fish.")
        .argument(
            0, "SHELL", "bash, zsh or fish; the scripts themselves ask for credentials and agents.")
        .examples(
            "keymantle completion bash > ~/.local/share/bash-completion/completions/keymantle",
            "keymantle completion zsh > ~/.zfunc/_keymantle",
            "keymantle completion fish > ~/.config/fish/completions/keymantle.fish");
  }

  @Override
  public int run(Invocation invocation) throws IOException {
    String shell = invocation.argument(0);
    if (shell.equals("credentials") || shell.equals("agents")) {
      List<String> names = names(invocation, shell);
      if (invocation.json()) {
        invocation.say(Json.text(Map.of("names", names)));
      } else {
        names.forEach(invocation::say);
      }
      return ExitStatus.DONE;
    }
    String script =
        switch (shell) {
          case "bash" -> CompletionScript.bash();
          case "zsh" -> CompletionScript.zsh();
          case "fish" -> CompletionScript.fish();
          default ->
              throw new UsageException(
                  "there is no completion for this shell", "keymantle completion bash");
        };
    invocation
        .terminal()
        .out()
        .print(
            invocation.json()
                ? Json.text(Map.of("shell", shell, "script", script)) + "\n"
                : script);
    return ExitStatus.DONE;
  }

  /// What can be named now, by whoever asks.
  private static List<String> names(Invocation invocation, String what) throws IOException {
    BrokerClient broker =
        AgentClient.isWanted(invocation.terminal())
            ? AgentClient.of(invocation.terminal(), invocation.home())
            : invocation.admin();
    return broker.get("/v1/" + what).objects(what).stream()
        .filter(each -> !each.flag("revoked"))
        .map(each -> each.text("name"))
        .toList();
  }
}
