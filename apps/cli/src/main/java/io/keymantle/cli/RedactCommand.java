package io.keymantle.cli;

import java.io.IOException;
import java.io.InputStream;

/// `redact`: a filter that masks values in what passes through.
final class RedactCommand implements Command {
  @Override
  public CommandDescription describe() {
    return Describe.command("redact", "Mask values in what passes from standard input to output.")
        .details(
            "A person masks the values of all credentials, an agent those of its live grants; when"
                + " one",
            "cannot be read, nothing passes.",
            "With --json the answer is {\"text\": …} at the end instead of the stream.")
        .examples("some-command 2>&1 | keymantle redact");
  }

  @Override
  public int run(Invocation invocation) throws IOException {
    BrokerClient broker =
        AgentClient.isWanted(invocation.terminal())
            ? AgentClient.of(invocation.terminal(), invocation.home())
            : invocation.admin();
    try (InputStream clean =
        broker.stream("/v1/redact", invocation.terminal().in()).orRefuse().body()) {
      if (invocation.json()) {
        String text = new String(clean.readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
        invocation.say(Json.text(java.util.Map.of("text", text)));
        return ExitStatus.DONE;
      }
      byte[] buffer = new byte[16 * 1024];
      for (int n = clean.read(buffer); n >= 0; n = clean.read(buffer)) {
        invocation.terminal().out().write(buffer, 0, n);
        if (invocation.terminal().out().checkError()) {
          // Nobody reads any more, and standard input may never end.
          return ExitStatus.REFUSED;
        }
      }
    }
    return ExitStatus.DONE;
  }
}
