package io.keymantle.cli;

import io.keymantle.domain.RefusedException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// `approval watch`: asks the person at the terminal as questions come.
final class ApprovalWatchCommand implements Command {
  private static final Path NOTIFIER = Path.of("/usr/bin/notify-send");

  @Override
  public CommandDescription describe() {
    return Describe.command("approval watch", "Ask me here as questions come, and notify me.")
        .details(
            "At a terminal each question is put with a prompt: type the code (or y where none is"
                + " needed),",
            "n for no, or nothing to leave it to others. A desktop notification tells of it where"
                + " there is",
            "notify-send. Ends with Ctrl-C.")
        .flag("--no-notify", "No desktop notifications.")
        .examples("keymantle approval watch", "keymantle approval watch --json");
  }

  @Override
  public int run(Invocation invocation) throws IOException {
    AdminClient broker = invocation.admin();
    if (!invocation.json()) {
      invocation.note("watching; Ctrl-C ends it");
      invocation.terminal().flush();
    }
    return new ApprovalFeed(broker, "/v1/approvals")
        .follow(
            approval -> told(invocation, broker, approval),
            () -> !invocation.terminal().out().checkError());
  }

  private static void told(Invocation invocation, BrokerClient broker, JsonObject approval) {
    if (invocation.json()) {
      invocation.say(Json.text(approval));
      return;
    }
    if (!approval.text("state").equals("pending")) {
      invocation.say(approval.text("state") + ": " + approval.text("summary"));
      return;
    }
    ApprovalText.lines(approval).forEach(invocation::say);
    invocation.terminal().flush();
    if (!invocation.flag("--no-notify")) {
      notifyDesktop(approval);
    }
    boolean asks = invocation.terminal().prompt().input() == Prompt.Input.PERSON;
    if (asks && approval.flag("mayVote")) {
      answer(invocation, broker, approval);
    }
  }

  private static void answer(Invocation invocation, BrokerClient broker, JsonObject approval) {
    boolean coded = ApprovalText.needsCode(approval);
    String typed =
        new String(
                invocation
                    .terminal()
                    .prompt()
                    .ask(
                        coded ? "Code, n, or Enter to leave it: " : "y, n, or Enter to leave it: "))
            .strip();
    Map<String, Object> body = new LinkedHashMap<>();
    if (typed.equalsIgnoreCase("n")) {
      body.put("decision", "deny");
    } else if (coded && !typed.isEmpty()) {
      body.putAll(Map.of("decision", "approve", "code", typed));
    } else if (!coded && typed.equalsIgnoreCase("y")) {
      body.put("decision", "approve");
    } else {
      return;
    }
    try {
      broker.post("/v1/approvals/" + approval.text("id") + "/votes", body);
    } catch (RefusedException e) {
      // A wrong code, or somebody else was quicker: the watch goes on.
      invocation.note(e.problem().line());
    } catch (IOException e) {
      invocation.note("the broker did not answer: " + e.getMessage());
    }
  }

  /// The text stands in an argument of its own, after `--`, and is what the broker made.
  private static void notifyDesktop(JsonObject approval) {
    if (!Files.isExecutable(NOTIFIER)) {
      return;
    }
    try {
      new ProcessBuilder(
              List.of(
                  NOTIFIER.toString(),
                  "--app-name=Keymantle",
                  "--urgency=critical",
                  "--",
                  "Keymantle asks",
                  ApprovalText.question(approval)))
          .redirectErrorStream(true)
          .redirectOutput(ProcessBuilder.Redirect.DISCARD)
          .start();
    } catch (IOException e) {
      System.getLogger("io.keymantle.cli")
          .log(System.Logger.Level.DEBUG, "no notification could be shown");
    }
  }
}
