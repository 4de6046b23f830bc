package io.keymantle.cli;

import io.keymantle.domain.ErrorCode;
import io.keymantle.domain.RefusedException;
import java.io.EOFException;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// `down`: stops the broker and waits until it is gone.
final class DownCommand implements Command {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  @Override
  public CommandDescription describe() {
    return Describe.command("down", "Stop the broker; returns when it is gone.")
        .examples("keymantle down", "keymantle down --json");
  }

  @Override
  public int run(Invocation invocation) throws IOException {
    AdminClient broker = invocation.admin();
    long pid = broker.get("/v1/status").number("pid");
    try {
      broker.post("/v1/shutdown", Map.of());
    } catch (EOFException e) {
      // It was gone before its answer was: what counts is its end.
    }
    ProcessHandle.of(pid).ifPresent(DownCommand::awaitEnd);
    invocation.say(invocation.json() ? "{\"stopped\":true,\"pid\":" + pid + "}" : "stopped");
    return ExitStatus.DONE;
  }

  private static void awaitEnd(ProcessHandle broker) {
    try {
      broker.onExit().get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    } catch (TimeoutException | ExecutionException e) {
      throw RefusedException.of(
          ErrorCode.INTERNAL,
          "the broker has not ended after " + PATIENCE.toSeconds() + " s",
          "kill " + broker.pid());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
