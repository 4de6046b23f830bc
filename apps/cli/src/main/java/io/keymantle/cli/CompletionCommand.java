package io.keymantle.cli;

/// `completion`: a script that completes commands and options in a shell.
final class CompletionCommand implements Command {
  @Override
  public CommandDescription describe() {
    return Describe.command("completion", "Print a completion script for bash, zsh or fish.")
        .argument(0, "SHELL", "bash, zsh or fish.")
        .examples(
            "keymantle completion bash > ~/.local/share/bash-completion/completions/keymantle",
            "keymantle completion zsh > ~/.zfunc/_keymantle",
            "keymantle completion fish > ~/.config/fish/completions/keymantle.fish");
  }

  @Override
  public int run(Invocation invocation) {
    String shell = invocation.argument(0);
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
                ? Json.text(java.util.Map.of("shell", shell, "script", script)) + "\n"
                : script);
    return ExitStatus.DONE;
  }
}
