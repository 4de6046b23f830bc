package io.keymantle.cli;

import io.keymantle.domain.CredentialName;
import io.keymantle.domain.ErrorCode;
import io.keymantle.domain.RefusedException;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// `exec`: a command that the broker runs, with the value in it and the output redacted.
final class ExecCommand implements Command {
  private static final int INPUT_LIMIT = 1 << 20;

  @Override
  public CommandDescription describe() {
    return ApprovalWait.describe(
            Describe.command(
                "exec", "Let the broker run a command with a credential; output is redacted."))
        .details(
            "The credential's command binding says which program and arguments are allowed and how",
            "the value reaches it. The exit status is the command's. Inside keymantle run the"
                + " agent",
            "calls for itself; a person names the agent. With --json the answer is one object.")
        .option("--credential", "NAME", "Ask for this credential for the one call.")
        .option("--token", "TOKEN", "Or use this broker token.")
        .option("--agent", "NAME", "The agent for which a person calls.")
        .option("--reason", "TEXT", "What it is for; people read it in the ledger.")
        .options("--env", "NAME", "Pass this variable on, where the binding lets it through.")
        .flag("--stdin", "Pass standard input on (at most 1 MB).")
        .rest(0, "COMMAND", "The program, absolute or in PATH, and its arguments.")
        .examples(
            "keymantle exec --credential db -- /usr/bin/psql -c 'select count(*) from orders'",
            "keymantle exec --agent main --credential db -- psql -c 'select count(*) from orders'");
  }

  @Override
  public int run(Invocation invocation) throws IOException {
    boolean byName = invocation.has("--credential");
    if (byName == invocation.has("--token")) {
      throw new UsageException(
          "a command needs one credential or one token", "add --credential NAME");
    }
    Map<String, Object> body = new LinkedHashMap<>();
    BrokerClient broker;
    if (invocation.has("--agent")) {
      broker = invocation.admin();
      body.put("agent", invocation.text("--agent"));
    } else {
      broker = AgentClient.of(invocation.terminal(), invocation.home());
    }
    if (byName) {
      body.put("credential", new CredentialName(invocation.text("--credential")).value());
      body.put("reason", invocation.text("--reason"));
    } else {
      body.put("token", invocation.text("--token"));
    }
    List<String> command = invocation.arguments(0);
    body.put("command", ProgramPath.resolved(command, invocation.terminal().variable("PATH")));
    Map<String, Object> environment = new LinkedHashMap<>();
    for (String name : invocation.texts("--env")) {
      environment.put(name, invocation.terminal().variable(name));
    }
    body.put("environment", environment);
    if (invocation.flag("--stdin")) {
      byte[] input = invocation.terminal().in().readNBytes(INPUT_LIMIT + 1);
      if (input.length > INPUT_LIMIT) {
        throw RefusedException.of(
            ErrorCode.BODY_TOO_LARGE, "standard input is over 1 MB", "let the command read a file");
      }
      body.put("stdin", Base64.getEncoder().encodeToString(input));
    }
    try (InputStream events =
        ApprovalWait.of(invocation, broker)
            .call(() -> broker.call("POST", "/v1/exec", body).orRefuse().body())) {
      return invocation.json() ? collect(invocation, events) : pass(invocation, events);
    }
  }

  private static int pass(Invocation invocation, InputStream events) throws IOException {
    while (true) {
      JsonObject event = next(events);
      if (event.members().containsKey("exit")) {
        return (int) event.number("exit");
      }
      PrintStream target =
          event.text("stream").equals("stderr")
              ? invocation.terminal().err()
              : invocation.terminal().out();
      target.writeBytes(Base64.getDecoder().decode(event.text("data")));
      target.flush();
    }
  }

  private static int collect(Invocation invocation, InputStream events) throws IOException {
    Map<String, StringBuilder> streams = new LinkedHashMap<>();
    streams.put("stdout", new StringBuilder());
    streams.put("stderr", new StringBuilder());
    while (true) {
      JsonObject event = next(events);
      if (event.members().containsKey("exit")) {
        Map<String, Object> answer = new LinkedHashMap<>(streams);
        answer.put("exit", event.number("exit"));
        invocation.say(Json.text(answer));
        return (int) event.number("exit");
      }
      StringBuilder target = streams.get(event.text("stream"));
      if (target != null) {
        target.append(
            new String(
                Base64.getDecoder().decode(event.text("data")),
                java.nio.charset.StandardCharsets.UTF_8));
      }
    }
  }

  /// The next event; the last one has the exit status or says what went wrong.
  private static JsonObject next(InputStream events) throws IOException {
    String line;
    try {
      line = HttpLines.read(events, 1 << 20);
    } catch (EOFException e) {
      throw RefusedException.of(
          ErrorCode.INTERNAL,
          "the broker ended the call before the command had ended",
          "see its log in the home's logs folder");
    }
    JsonObject event = Json.object(line.getBytes(java.nio.charset.StandardCharsets.UTF_8));
    if (!event.text("code").isEmpty()) {
      throw new RefusedException(HttpReply.problem(event, 200));
    }
    return event;
  }
}
