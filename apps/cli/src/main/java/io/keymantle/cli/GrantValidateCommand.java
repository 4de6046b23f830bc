package io.keymantle.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/// `grant validate`: whether a broker token would work now, and why not.
final class GrantValidateCommand implements Command {
  @Override
  public CommandDescription describe() {
    return Describe.command(
            "grant validate", "Tell whether a broker token would work now, and why not.")
        .details(
            "Exit status 0 when it would, 1 when not. The source is not asked: whether an env, file"
                + " or",
            "exec source has the value is known when it is used.")
        .argument(
            0, "TOKEN", "The broker token, bare or as <credential:…>; - reads standard input.")
        .examples(
            "keymantle grant validate \"$GITHUB_TOKEN\"",
            "echo \"$GITHUB_TOKEN\" | keymantle grant validate - --json");
  }

  @Override
  public int run(Invocation invocation) throws IOException {
    String token = invocation.argument(0);
    if (token.equals("-")) {
      token =
          new String(invocation.terminal().in().readNBytes(4096), StandardCharsets.UTF_8).strip();
    }
    BrokerClient broker =
        AgentClient.isWanted(invocation.terminal())
            ? AgentClient.of(invocation.terminal(), invocation.home())
            : invocation.admin();
    JsonObject answer = broker.post("/v1/grants/validate", Map.of("token", token));
    boolean valid = answer.flag("valid");
    if (invocation.json()) {
      invocation.say(Json.text(answer));
    } else if (valid) {
      invocation.say("valid until " + answer.text("expiresAt"));
    } else {
      invocation.note(HttpReply.problem(answer, 200).line());
    }
    return valid ? ExitStatus.DONE : ExitStatus.REFUSED;
  }
}
